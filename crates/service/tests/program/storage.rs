//! What an operator does to a database with things in it: moving it into PostgreSQL, and forgetting dead jobs.

use bitbucket_test_postgres::Database;

use super::beside::Beside;
use super::{Serving, run};

/// How many rows a table got, as `import` prints it.
fn rows(printed: &str, table: &str) -> Option<u64> {
    let mut lines = printed.lines().map(str::split_whitespace);
    lines.find_map(|mut words| (words.next()? == table).then(|| words.next()?.parse().ok())?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_imported_into_postgres_with_its_secrets_and_what_it_did() {
    let beside = Beside::start("").await;
    let folder = beside.path();
    let serving = Serving::start(folder);
    beside.follow(&serving);
    let pushed = beside.push("a1").await;
    assert_eq!(pushed.attempts[0].status, Some(204));
    beside.wait_for(&serving, "done", 2);
    let key = beside.told(&serving, "keys create pipelines --scope read");
    drop(serving);
    let import = "import data/bitbucket-integration.sqlite";
    let without = run(folder, &[], import);
    assert_eq!(without.0, 2, "{}", without.1);
    assert!(
        without.2.contains("goes into a PostgreSQL database"),
        "{}",
        without.2
    );

    let database = Database::create_for_test().unwrap();
    let url = database.url();
    let shared = [("DATABASE_URL", url.as_str())];
    let other = "cd".repeat(32);
    let other_key = [
        shared[0],
        ("BITBUCKET_INTEGRATION_STORAGE_KEY", other.as_str()),
    ];
    let refused = run(folder, &other_key, import);
    assert_eq!(refused.0, 2, "{}", refused.1);
    assert!(refused.2.contains("were sealed with key"), "{}", refused.2);
    let nothing = run(folder, &shared, "import data/nothing.sqlite");
    assert_eq!(nothing.0, 2, "{}", nothing.1);
    assert!(nothing.2.contains("data/nothing.sqlite"), "{}", nothing.2);

    let (code, printed, said) = run(folder, &shared, import);
    assert_eq!(code, 0, "{said}");
    for (table, expected) in [
        ("installations", 1),
        ("repositories", 1),
        ("hook_secrets", 1),
        ("deliveries", 1),
        ("jobs", 2),
        ("api_keys", 1),
        ("secret_keys", 1),
    ] {
        assert_eq!(rows(&printed, table), Some(expected), "{table}:\n{printed}");
    }
    let again = run(folder, &shared, import);
    assert_eq!(again.0, 1, "{}", again.1);
    assert!(again.2.contains("the target is not empty"), "{}", again.2);

    // The hook's secret and the credential open there, and what came before is known.
    let serving = Serving::start_with(folder, &shared);
    let hook = beside
        .simulator
        .control()
        .hooks("acme/rocket")
        .await
        .unwrap()
        .remove(0);
    let here = |url: &str| {
        let (_, path) = url.split_once("/webhooks/").unwrap();
        format!("{}/webhooks/{path}", serving.url)
    };
    let mut known = pushed.clone();
    known.url = here(&hook.url);
    known.attempts.clear();
    let known = beside.simulator.control().deliver(&known).await.unwrap();
    assert_eq!(known.attempts[0].status, Some(204));
    let status = beside.told(&serving, "status");
    assert!(
        status.contains("0 ready, 0 running, 2 done, 0 dead"),
        "{status}"
    );
    assert_eq!(beside.notes().await, 1);
    let listed = beside.told(&serving, "repository sync acme");
    assert!(!listed.contains("error"), "{listed}");
    let opened = [
        ("BITBUCKET_INTEGRATION_SERVER", serving.url.as_str()),
        ("BITBUCKET_INTEGRATION_API_KEY", key.trim()),
    ];
    assert_eq!(run(folder, &opened, "status").0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_jobs_are_forgotten_by_their_age() {
    let beside = Beside::start("[jobs]\nmax_attempts = 1\n").await;
    let serving = Serving::start(beside.path());
    beside.follow(&serving);
    let down = bitbucket_simulator::Fault::status(bitbucket_simulator::Half::Sentry, 503);
    beside.simulator.fail(down);
    for (n, label) in (1..).zip(["a1", "a2", "a3"]) {
        beside.push(label).await;
        beside.wait_for(&serving, "dead", n);
    }
    drop(serving);

    // Two of them were given up 40 days ago.
    let file = beside.path().join("data/bitbucket-integration.sqlite");
    let file = rusqlite::Connection::open(file).unwrap();
    let older = "UPDATE jobs SET finished_at = finished_at - 40 * 86400000 WHERE seq IN (SELECT seq FROM jobs WHERE state = 'dead' ORDER BY seq LIMIT 2)";
    assert_eq!(file.execute(older, []).unwrap(), 2);
    drop(file);

    let serving = Serving::start(beside.path());
    let dead = || {
        let listed = beside.told(&serving, "jobs --state dead --json");
        listed.matches("\"tracker_unavailable\"").count()
    };
    assert_eq!(dead(), 3);
    let purge = |days: u32| beside.told(&serving, &format!("jobs purge --older-than-days {days}"));
    assert_eq!(
        (purge(60).as_str(), dead()),
        ("0 dead jobs are forgotten\n", 3)
    );
    assert_eq!(
        (purge(30).as_str(), dead()),
        ("2 dead jobs are forgotten\n", 1)
    );
    assert_eq!(
        (purge(30).as_str(), dead()),
        ("0 dead jobs are forgotten\n", 1)
    );
    let status = beside.told(&serving, "status");
    assert!(status.contains("3 done, 1 dead"), "{status}");
}
