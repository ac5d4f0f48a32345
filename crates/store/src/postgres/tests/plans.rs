//! Every look-up and the claiming of jobs go through an index, with as many rows and as uneven as in a service that has run for months.

use bitbucket_test_postgres::Database;
use serde_json::Value;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _};

use crate::engine::Engine;
use crate::ports::{
    arrivals, claims, commits, deliveries, deploys, effects, issue_links, jobs, listings, order,
    pull_requests, releases, repositories, retention,
};
use crate::sealing::SecretKey;
use crate::statement::Sql;
use crate::{PostgresOptions, Store};

/// Tables that grow.
const BIG: [&str; 10] = [
    "jobs",
    "deliveries",
    "commits",
    "issue_effects",
    "pull_requests",
    "releases",
    "deploys",
    "repositories",
    "hook_secrets",
    "issue_links",
];

/// 20 installations, 1,000 repositories; open jobs are one in five, most of them behind another one of their repository.
const FILL: &str = "
    CREATE FUNCTION id(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
        $$ SELECT ('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
    INSERT INTO installations (id, workspace, workspace_uuid, kind, tracker, state, created_at, credential)
        SELECT id(n), 'w' || n, 'w' || n, 'access_token', 'sentry', 'active', n, '' FROM generate_series(1, 20) AS n;
    INSERT INTO repositories (id, installation, uuid, full_name, projects, on_push, state, added_at)
        SELECT id(n), id(n % 20 + 1), 'r' || n, 'acme/r' || n, '[]', 'comment', 'active', n FROM generate_series(1, 1000) AS n;
    INSERT INTO hook_secrets (repository, secret) SELECT id(n), '' FROM generate_series(1, 1000) AS n;
    INSERT INTO deliveries (id, installation, repository, source, event_key, dedupe_key, attempt, received_at, body)
        SELECT id(n), id(n % 20 + 1), id(n % 1000 + 1), 'hook', 'repo:push', 'd' || n, 1, n, '' FROM generate_series(1, 20000) AS n;
    INSERT INTO jobs (id, key, installation, work, state, run_at, due_at, finished_at, ordering_key)
        SELECT id(n), 'j' || n, id(n % 20 + 1), '{}',
            CASE WHEN n <= 30000 THEN 'done' WHEN n <= 32000 THEN 'dead' ELSE 'ready' END, n,
            CASE WHEN n > 32000 AND n <= 33000 THEN n END, CASE WHEN n <= 32000 THEN n END, 'o' || n % 1000
        FROM generate_series(1, 40000) AS n;
    INSERT INTO commits (repository, sha, message, committed_at, recorded_at)
        SELECT id(n % 1000 + 1), lpad(to_hex(n), 40, '0'), 'x', n, n FROM generate_series(1, 60000) AS n;
    INSERT INTO issue_effects (repository, commit_sha, short_id, action, done_at)
        SELECT id(n % 1000 + 1), lpad(to_hex(n), 40, '0'), 'ROCKET-' || n % 3000, 'resolve', n FROM generate_series(1, 20000) AS n;
    INSERT INTO pull_requests (repository, id, title, description, messages, issues, state, merge_commit, updated_at)
        SELECT id(n % 1000 + 1), n, 't', 'd', '[]', '[]', 'merged', lpad(to_hex(n), 40, '0'), n FROM generate_series(1, 20000) AS n;
    INSERT INTO releases (id, installation, repository, version, projects, commit_sha, state, issues, warnings, created_at)
        SELECT id(n), id(n % 20 + 1), id(n % 1000 + 1), 'v' || n, '[]', 'c', 'published', '[]', '[]', n FROM generate_series(1, 20000) AS n;
    INSERT INTO issue_links (id, installation, repository, short_id, project, number, title, request_key)
        SELECT id(n), id(n % 20 + 1), id(n % 1000 + 1), 'ROCKET-' || n % 3000, 'rocket', n, 't', 'k' || n FROM generate_series(1, 20000) AS n;
    INSERT INTO deploys (release, environment, deployed_at) SELECT id(n), 'live', n FROM generate_series(1, 20000) AS n;
    ANALYZE";

/// As many repositories and commits as a large company has: 10,000 and 1,000,000.
const FILL_MORE: &str = "
    INSERT INTO repositories (id, installation, uuid, full_name, projects, on_push, state, added_at)
        SELECT id(n), id(n % 20 + 1), 'r' || n, 'acme/r' || n, '[]', 'comment', 'active', n FROM generate_series(1001, 10000) AS n;
    INSERT INTO hook_secrets (repository, secret) SELECT id(n), '' FROM generate_series(1001, 10000) AS n;
    INSERT INTO commits (repository, sha, message, committed_at, recorded_at)
        SELECT id(n % 10000 + 1), lpad(to_hex(n), 40, '0'), 'x', n, n FROM generate_series(60001, 1000000) AS n;
    ANALYZE repositories, hook_secrets, commits";

async fn filled() -> (PgConnection, Database) {
    let database = Database::create_for_test().unwrap();
    let options = PostgresOptions::parse(&database.url()).unwrap();
    let store = Store::open_postgres(&options, SecretKey::generate([7; 32]));
    store.await.unwrap().close().await;
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    connection.execute(sqlx::raw_sql(FILL)).await.unwrap();
    (connection, database)
}

/// The server's plan; without values it is the one for any values, as it is kept for a prepared statement.
async fn plan(connection: &mut PgConnection, sql: &Sql, values: Option<&str>) -> Value {
    let text = sql.postgres();
    let count = (1..)
        .take_while(|n| text.contains(&format!("${n}")))
        .count();
    let (mode, values) = match values {
        Some(values) => ("force_custom_plan", values.to_owned()),
        None => ("force_generic_plan", vec!["NULL"; count].join(", ")),
    };
    let values = if count == 0 {
        String::new()
    } else {
        format!("({values})")
    };
    explained(connection, &text, mode, "FORMAT JSON", &values).await
}

async fn explained(
    connection: &mut PgConnection,
    text: &str,
    mode: &str,
    how: &str,
    values: &str,
) -> Value {
    for step in [
        "DEALLOCATE ALL".to_owned(),
        format!("SET plan_cache_mode = {mode}"),
        format!("PREPARE explained AS {text}"),
    ] {
        let step = sqlx::raw_sql(AssertSqlSafe(step));
        connection.execute(step).await.unwrap();
    }
    let explain = format!("EXPLAIN ({how}) EXECUTE explained{values}");
    let explain = sqlx::raw_sql(AssertSqlSafe(explain));
    let row = connection.fetch_one(explain).await.unwrap();
    let plan: String = row.try_get_unchecked(0).unwrap();
    serde_json::from_str(&plan).unwrap()
}

/// The big tables that a plan reads as a whole.
fn scanned(plan: &Value) -> Vec<&str> {
    match plan {
        Value::Array(all) => all.iter().flat_map(scanned).collect(),
        Value::Object(node) => {
            let whole = node.get("Node Type").and_then(Value::as_str) == Some("Seq Scan");
            let table = node.get("Relation Name").and_then(Value::as_str);
            let here = table.filter(|table| whole && BIG.contains(table));
            here.into_iter()
                .chain(node.values().flat_map(scanned))
                .collect()
        }
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn a_scan_of_a_whole_table_is_noticed() {
    let (mut connection, _database) = filled().await;
    let scan = Sql::shared("SELECT * FROM jobs WHERE work = ?");
    let plan = plan(&mut connection, &scan, None).await;
    assert_eq!(scanned(&plan), ["jobs"], "{plan:#}");
}

#[tokio::test]
async fn every_look_up_is_a_search_in_an_index_among_a_million_commits() {
    let (mut connection, _database) = filled().await;
    connection.execute(sqlx::raw_sql(FILL_MORE)).await.unwrap();
    let counted = connection.fetch_one("SELECT count(*) FROM commits").await;
    assert_eq!(counted.unwrap().get::<i64, _>(0), 1_000_000);
    let look_ups: [Sql; 32] = [
        repositories::FIND.into(),
        repositories::BY_UUID.into(),
        repositories::BY_FULL_NAME,
        repositories::LIST,
        repositories::HOOK.into(),
        repositories::SECRETS.into(),
        deliveries::FIND.into(),
        arrivals::COMPLETED.into(),
        commits::FIND.into(),
        commits::CHANGES,
        commits::HEADS.into(),
        effects::AROUND,
        releases::FIND.into(),
        releases::BY_VERSION.into(),
        releases::SIBLINGS.into(),
        deploys::LIST,
        releases::EARLIER,
        pull_requests::FIND.into(),
        pull_requests::MERGED_BY,
        pull_requests::LIST.into(),
        issue_links::BY_KEY.into(),
        issue_links::FIND.into(),
        issue_links::EXACT.into(),
        listings::JOB.into(),
        jobs::EXTEND.into(),
        jobs::NEXT_DUE.into(),
        order::NEXT_AFTER.into(),
        order::LEAVE.into(),
        order::STRANDED.into(),
        listings::REFERENCES_OF_REPOSITORY.into(),
        listings::REFERENCES_TO_ISSUE.into(),
        listings::REFERENCES_OF_BOTH.into(),
    ];
    for sql in look_ups {
        let plan = plan(&mut connection, &sql, None).await;
        assert_eq!(scanned(&plan), [""; 0], "{}\n{plan:#}", sql.postgres());
    }
}

#[tokio::test]
async fn claiming_forgetting_and_pages_search_an_index() {
    let (mut connection, _database) = filled().await;
    let (id, page) = ("'00000000-0000-0000-0000-000000000005'", "20000, 50");
    let of_repository = format!("{id}, {page}");
    let fairly = format!("40000, 4, 50000, {id}, 8");
    let bounded: [(Sql, &str); 16] = [
        (claims::CLAIM_FAIRLY_UNLOCKED.into(), &fairly),
        (claims::CLAIM_OLDEST_UNLOCKED.into(), "40000, 4, 50000"),
        (order::PUT_ASIDE.into(), "40000, 256"),
        (order::STRANDED.into(), "1000"),
        (jobs::LIST_STATE.into(), "'dead', 50"),
        (retention::DELIVERIES, "500, 10000"),
        (retention::DONE_JOBS, "10000, 500"),
        (retention::DEAD_JOBS, "10000, 500"),
        (retention::PULL_REQUESTS, "100, 500"),
        (listings::DELIVERIES.into(), page),
        (listings::JOBS.into(), page),
        (listings::JOBS_BY_STATE.into(), "'done', 20000, 50"),
        (listings::RELEASES.into(), page),
        (listings::COMMITS.into(), &of_repository),
        (listings::REFERENCES.into(), page),
        (
            listings::REPOSITORIES.into(),
            "'00000000-0000-0000-0000-000000000005', 50",
        ),
    ];
    for (sql, values) in bounded {
        let plan = plan(&mut connection, &sql, Some(values)).await;
        assert_eq!(scanned(&plan), [""; 0], "{}\n{plan:#}", sql.postgres());
    }
}

/// Three orders with all the jobs there are: most are done, the first open one is due, the others wait behind it.
const FEW_ORDERS: &str = "UPDATE jobs SET ordering_key = 'o' || seq % 3, due_at = CASE WHEN seq BETWEEN 32001 AND 32003 THEN seq END";

/// How many rows a plan that was carried out read in vain.
fn read_in_vain(plan: &Value) -> f64 {
    match plan {
        Value::Array(all) => all.iter().map(read_in_vain).sum(),
        Value::Object(node) => {
            let count = |name| node.get(name).and_then(Value::as_f64);
            let here = count("Rows Removed by Filter").unwrap_or(0.0);
            let inside: f64 = node.values().map(read_in_vain).sum();
            here * count("Actual Loops").unwrap_or(1.0) + inside
        }
        _ => 0.0,
    }
}

#[tokio::test]
async fn the_ends_of_an_order_are_found_at_once_however_many_are_done_or_wait() {
    let (mut connection, _database) = filled().await;
    for step in [FEW_ORDERS, "VACUUM ANALYZE jobs"] {
        connection.execute(sqlx::raw_sql(step)).await.unwrap();
    }
    let due_at = Sql::from(format!("SELECT {}", order::DUE_AT_LOCKED));
    let done = "'00000000-0000-0000-0000-000000000005'";
    let fairly = format!("40000, 4, 50000, {done}, 8");
    let completed = |order| {
        let id = "'00000000-0000-0000-0000-0000000fffff'";
        format!("{id}, 'new', {id}, '', 1, '{order}', 1, '{order}', '{order}', {id}, 'new'")
    };
    let arrived = |order| {
        let (id, commit) = (
            "'00000000-0000-0000-0000-0000000ffffe'",
            "'c', 'm', '', '', '', 1, '', 1",
        );
        let delivery = format!("{id}, {id}, {id}, 'hook', 'repo:push', 'newer', 1, 1, ''");
        let job = format!("{id}, 'newer', {id}, '', 1, '{order}', 1");
        format!("{delivery}, '{order}', '{order}', {job}, {id}, {commit}, {id}, 'main', 'c'")
    };
    let (behind, alone) = (completed("o1"), completed("new"));
    let (push_behind, push_alone) = (arrived("o1"), arrived("newer"));
    let steps: [(Sql, &str); 11] = [
        (arrivals::at_once(1, true).into(), &push_behind),
        (arrivals::at_once(1, true).into(), &push_alone),
        (arrivals::COMPLETED.into(), &behind),
        (arrivals::COMPLETED.into(), &alone),
        (due_at.clone(), "'o1', 'o1', 1"),
        (due_at, "'new', 'new', 1"),
        (order::NEXT_AFTER.into(), done),
        (order::STRANDED.into(), "1000"),
        (order::PUT_ASIDE.into(), "40000, 256"),
        (claims::CLAIM_FAIRLY_UNLOCKED.into(), &fairly),
        (claims::CLAIM_OLDEST_UNLOCKED.into(), "40000, 4, 50000"),
    ];
    for (sql, values) in steps {
        for mode in ["force_custom_plan", "force_generic_plan"] {
            let (text, values) = (sql.postgres(), format!("({values})"));
            let how = "ANALYZE, FORMAT JSON";
            let plan = explained(&mut connection, &text, mode, how, &values).await;
            assert!(read_in_vain(&plan) < 100.0, "{mode} {text}\n{plan:#}");
        }
    }
}

/// Ten installations with a thousand jobs each, all due, and a server that knows nothing of them yet.
const UNKNOWN: &str = "
    CREATE FUNCTION id (bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT lpad(to_hex($1), 32, '0')::uuid $$;
    ALTER TABLE jobs SET (autovacuum_enabled = false);
    INSERT INTO jobs (id, key, installation, work, state, run_at, due_at)
        SELECT id(n), 'j' || n, id(n % 10 + 1), '{}', 'ready', n, n FROM generate_series(1, 10000) AS n";

/// The most rows that a part of a plan which was carried out gave.
fn most_rows(plan: &Value) -> f64 {
    match plan {
        Value::Array(all) => all.iter().map(most_rows).fold(0.0, f64::max),
        Value::Object(node) => {
            let here = node.get("Actual Rows").and_then(Value::as_f64);
            let inside = node.values().map(most_rows);
            inside.fold(here.unwrap_or(0.0), f64::max)
        }
        _ => 0.0,
    }
}

#[tokio::test]
async fn a_claim_reads_few_jobs_though_the_server_knows_nothing_of_them() {
    let database = Database::create_for_test().unwrap();
    let options = PostgresOptions::parse(&database.url()).unwrap();
    let store = Store::open_postgres(&options, SecretKey::generate([7; 32]));
    let store = store.await.unwrap();
    let Engine::Postgres(postgres) = &store.engine else {
        panic!("another engine")
    };
    let mut connection = postgres.pool.acquire().await.unwrap();
    connection.execute(sqlx::raw_sql(UNKNOWN)).await.unwrap();
    let fairly = "('20000', '4', '50000', '00000000-0000-0000-0000-000000000005', '8')";
    for (text, values) in [
        (claims::CLAIM_FAIRLY_UNLOCKED, fairly),
        (claims::CLAIM_OLDEST_UNLOCKED, "(20000, 4, 50000)"),
    ] {
        for mode in ["force_custom_plan", "force_generic_plan"] {
            let how = "ANALYZE, FORMAT JSON";
            let plan = explained(&mut connection, text, mode, how, values).await;
            assert!(most_rows(&plan) < 100.0, "{mode} {text}\n{plan:#}");
        }
    }
}
