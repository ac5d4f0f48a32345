//! Files, schema versions and keys at opening.

use std::path::Path;

use bitbucket_integration_provider::ports::{
    Deliveries, JobCounts, Jobs, NewDeploy, Opened, ReleaseLog,
};
use bitbucket_store::{OpenError, SecretKey, Store};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};

use super::{file, fresh, key, open};
use crate::conformance::fixtures::{at, delivery, due, process, publish, release, release_id};

async fn connection(folder: &Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(file(folder))
        .connect()
        .await
        .unwrap()
}

/// Changes a closed database behind the store's back.
async fn execute(folder: &Path, sql: &str) {
    let mut connection = connection(folder).await;
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// The whole schema and the steps that made it.
async fn schema(folder: &Path) -> Vec<String> {
    let mut connection = connection(folder).await;
    let all = "SELECT coalesce(sql, name) FROM sqlite_schema UNION ALL SELECT version || hex(checksum) FROM _sqlx_migrations ORDER BY 1";
    let rows = sqlx::query(all).fetch_all(&mut connection).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[cfg(unix)]
#[tokio::test]
async fn folder_and_files_belong_to_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("a").join("b");
    let store = open(&folder).await;
    store.accept(&delivery(1), &process(1)).await.unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode(&outer.path().join("a")), mode(&folder)),
        (0o700, 0o700)
    );
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[tokio::test]
async fn opening_again_changes_nothing() {
    let fresh = fresh().await;
    fresh.enqueue(&[due(1, 0)]).await.unwrap();
    fresh.close().await;
    let before = schema(fresh.folder.path()).await;
    let again = open(fresh.folder.path()).await;
    assert_eq!(
        again.counts().await.unwrap(),
        JobCounts {
            ready: 1,
            ..JobCounts::default()
        }
    );
    again.close().await;
    assert_eq!(schema(fresh.folder.path()).await, before);
    assert!(before.len() > 10, "{before:?}");
}

#[tokio::test]
async fn many_that_open_a_new_file_at_once_all_succeed() {
    // Which locks meet is a matter of chance, so it is tried with several files.
    for _ in 0..8 {
        let folder = tempfile::tempdir().unwrap();
        let stores = futures_util::future::join_all((0..6).map(|_| open(folder.path()))).await;
        for (n, store) in (0..).zip(&stores) {
            store.enqueue(&[due(n, 0)]).await.unwrap();
        }
        assert_eq!(stores[0].counts().await.unwrap().ready, 6);
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let fresh = fresh().await;
    fresh.close().await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9000, 'x', TRUE, x'', 0)";
    execute(fresh.folder.path(), newer).await;
    let before = schema(fresh.folder.path()).await;

    let error = Store::open_sqlite(file(fresh.folder.path()), key())
        .await
        .unwrap_err();
    let steps = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite");
    let newest = std::fs::read_dir(steps).unwrap().count();
    assert!(
        matches!(error, OpenError::NewerSchema { found: 9000, known } if known == i64::try_from(newest).unwrap()),
        "{error:?}"
    );
    assert_eq!(error.code(), "database_newer_schema");
    assert_eq!(
        error.to_string(),
        format!(
            "the database has schema version 9000, this program knows versions up to {newest}: start the newer program, or restore a backup"
        )
    );
    assert_eq!(schema(fresh.folder.path()).await, before);
}

#[tokio::test]
async fn a_schema_step_that_was_changed_is_refused() {
    let fresh = fresh().await;
    fresh.close().await;
    execute(
        fresh.folder.path(),
        "UPDATE _sqlx_migrations SET checksum = x'00'",
    )
    .await;
    let error = Store::open_sqlite(file(fresh.folder.path()), key())
        .await
        .unwrap_err();
    assert!(
        matches!(error, OpenError::ForeignSchema { version: 1 }),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_interrupted_first_opening_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    // A table of ours is in the way, so the first step fails halfway.
    execute_new(folder.path(), "CREATE TABLE jobs (id)").await;
    let error = Store::open_sqlite(file(folder.path()), key())
        .await
        .unwrap_err();
    assert_eq!(error.code(), "database_migration");
    let mut connection = connection(folder.path()).await;
    let tables = sqlx::query("SELECT name FROM sqlite_schema")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let tables: Vec<String> = tables.iter().map(|row| row.get(0)).collect();
    assert_eq!(tables, ["jobs"]);
}

async fn execute_new(folder: &Path, sql: &str) {
    std::fs::File::create(file(folder)).unwrap();
    execute(folder, sql).await;
}

#[tokio::test]
async fn another_key_is_refused_by_name() {
    let fresh = fresh().await;
    fresh.close().await;
    let error = Store::open_sqlite(file(fresh.folder.path()), SecretKey::generate([8; 32]))
        .await
        .unwrap_err();
    let OpenError::WrongKey { sealed_with, given } = error else {
        panic!("{error:?}")
    };
    assert_ne!(sealed_with, given);
    assert_eq!(
        error_of_wrong_key(&sealed_with.to_string(), &given.to_string()),
        OpenError::WrongKey { sealed_with, given }.to_string()
    );
    open(fresh.folder.path()).await.close().await;
}

fn error_of_wrong_key(sealed_with: &str, given: &str) -> String {
    format!(
        "the secrets in the database were sealed with key {sealed_with}, the given key is {given}"
    )
}

#[tokio::test]
async fn a_damaged_canary_is_refused() {
    let fresh = fresh().await;
    fresh.close().await;
    execute(
        fresh.folder.path(),
        "UPDATE secret_keys SET canary = zeroblob(40)",
    )
    .await;
    let error = Store::open_sqlite(file(fresh.folder.path()), key())
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "the key can't be checked: damaged");
}

#[tokio::test]
async fn what_is_no_database_is_refused_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        file(folder.path()),
        "a text that somebody keeps here, longer than any header of a database",
    )
    .unwrap();
    let error = Store::open_sqlite(file(folder.path()), key())
        .await
        .unwrap_err();
    assert_eq!(error.code(), "database_unusable");
    assert!(
        std::fs::read_to_string(file(folder.path()))
            .unwrap()
            .starts_with("a text")
    );

    let error = Store::open_sqlite(folder.path(), key()).await.unwrap_err();
    assert_eq!(error.code(), "database_file");
}

/// The schema before each deploy was a row of its own, with a deploy in it.
const BEFORE_DEPLOYS_AGAIN: &str = "
    DROP TABLE deploys_again; DROP INDEX deploys_by_environment; ALTER TABLE deploys DROP COLUMN key;
    DELETE FROM _sqlx_migrations WHERE version = 16;";
/// What the program before says when a release is deployed.
const DEPLOY_BEFORE: &str = "
    INSERT INTO deploys (release, environment, deployed_at)
    SELECT id, 'live', created_at + 5000 FROM releases WHERE version = 'rocket@1.1.0'
    ON CONFLICT (release, environment) DO NOTHING";

#[tokio::test]
async fn deploys_that_an_earlier_program_stored_are_first_ones() {
    let fresh = fresh().await;
    for n in [1, 2] {
        let opened = fresh.open(&release(n), &publish(n)).await;
        assert_eq!(opened.unwrap(), Opened::New);
    }
    fresh.close().await;
    execute(fresh.folder.path(), BEFORE_DEPLOYS_AGAIN).await;
    execute(fresh.folder.path(), DEPLOY_BEFORE).await;

    let store = open(fresh.folder.path()).await;
    let deploy = |second| NewDeploy {
        environment: "live".to_owned(),
        deployed_at: at(second),
        key: None,
    };
    let first = store.record_deploy(release_id(1), &deploy(9)).await;
    let first = first.unwrap();
    assert_eq!((first.number, first.deployed_at), (1, at(6)));
    store
        .record_deploy(release_id(2), &deploy(10))
        .await
        .unwrap();
    let back = store.record_deploy(release_id(1), &deploy(11)).await;
    assert_eq!(back.unwrap().number, 2);
    // Its statement still works, while replicas are replaced.
    execute(fresh.folder.path(), DEPLOY_BEFORE).await;
    assert_eq!(store.deploys(release_id(1)).await.unwrap().len(), 2);
    store.close().await;
}
