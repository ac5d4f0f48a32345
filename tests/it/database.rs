//! A database that goes away, is locked or slow, and comes back, under the running service.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bitbucket_integration::config::{self, Environment};
use bitbucket_integration::{Deps, RunningService, Service};
use bitbucket_test_postgres::{Binaries, Database};

use crate::world::{Api, commit, scenario, scenario_with};

/// How long the service may take to find out.
const PATIENCE: Duration = Duration::from_secs(60);

async fn serve(database: &Database, folder: &std::path::Path) -> RunningService {
    let file = folder.join("bitbucket-integration.toml");
    let path = folder.join("data/service.sqlite");
    let text = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[storage]\npath = \"{}\"\n",
        path.display()
    );
    std::fs::write(&file, text).unwrap();
    let url = database.url();
    let environment = Environment::of([("DATABASE_URL", url.as_str())]);
    let loaded = config::load(Some(&file), &environment).unwrap();
    Service::start(loaded.config, Deps::system()).await.unwrap()
}

/// Says this to the server, beside the database itself.
fn tell(database: &Database, statement: &str) {
    let psql = Binaries::find().unwrap().program("psql");
    let told = Command::new(psql)
        .args(["-X", "-q", "-U", "postgres", "-d", "postgres", "-h"])
        .arg(database.folder())
        .args(["-c", statement])
        .output()
        .unwrap();
    assert!(
        told.status.success(),
        "{}",
        String::from_utf8_lossy(&told.stderr)
    );
}

/// Asks until the answer has this status.
async fn becomes(api: &Api, path: &str, status: u16) {
    let begun = Instant::now();
    loop {
        let answer = api.get(path).await;
        if answer.status == status {
            return;
        }
        assert!(
            begun.elapsed() < PATIENCE,
            "{path} stays at {}",
            answer.status
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_postgres_that_goes_away_is_said_and_the_service_goes_on_when_it_is_back() {
    let (database, folder) = (
        Database::create_for_test().unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let service = serve(&database, folder.path()).await;
    let stranger = Api::new(&service.url(), None);
    assert_eq!(stranger.get("/readyz").await.status, 200);

    let name = database.name();
    tell(
        &database,
        &format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"),
    );
    let others =
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    tell(&database, &others);
    becomes(&stranger, "/readyz", 503).await;
    assert_eq!(
        stranger.get("/healthz").await.status,
        200,
        "the process lives"
    );
    // What can't be looked up is not said to be unknown: Bitbucket sends it again.
    let hook = "/webhooks/bitbucket/0190a5c2-0000-7000-8000-0000000000ff";
    let refused = stranger.post(hook, &serde_json::json!({})).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (503, "store_unavailable")
    );

    tell(
        &database,
        &format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true"),
    );
    becomes(&stranger, "/readyz", 200).await;
    let unknown = stranger.post(hook, &serde_json::json!({})).await;
    assert_eq!(
        (unknown.status, unknown.code().as_str()),
        (404, "unknown_hook")
    );
    service.shutdown().await;
}

/// Somebody holds the lock for writing for longer than the service waits, which is five seconds.
#[tokio::test]
async fn a_sqlite_file_that_is_locked_is_said_and_takes_nothing_by_half() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        w.settles().await;
        let other = w.locks_the_database();
        let push = rocket.push_held([commit("a1", "Fixes ROCKET-1A")]).await;
        let refused = w.api_with_key(None).send(&push).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (503, "store_unavailable")
        );
        w.becomes_ready(false).await;
        let stranger = w.api_with_key(None);
        assert_eq!(stranger.get("/healthz").await.status, 200);
        // What is there can be read all the same.
        w.has_stored_nothing().await;

        drop(other);
        w.becomes_ready(true).await;
        let listed = w.api().get("/api/v1/deliveries").await.good();
        assert_eq!(listed["deliveries"], serde_json::json!([]));
        w.deliver(&push).await.was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
        w.deliver(&push).await.was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
    })
    .await;
}

/// A session that holds a table until it is dropped, so that whoever writes there waits.
struct Holding(Child);

impl Holding {
    fn table(database: &Database, table: &str) -> Self {
        let psql = Binaries::find().unwrap().program("psql");
        let mut session = Command::new(psql)
            .args(["-X", "-q", "-A", "-t", "-U", "postgres", "-h"])
            .arg(database.folder())
            .args(["-d", database.name()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lock = format!("BEGIN; LOCK TABLE {table}; SELECT 'held';\n");
        let input = session.stdin.as_mut().unwrap();
        input.write_all(lock.as_bytes()).unwrap();
        let mut said = String::new();
        let output = session.stdout.as_mut().unwrap();
        BufReader::new(output).read_line(&mut said).unwrap();
        assert_eq!(said.trim(), "held");
        Self(session)
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ended = self.0.wait();
    }
}

/// What was answered 503 may have been kept or not: whoever sends it again finds it done once.
#[tokio::test]
async fn a_postgres_that_hangs_or_cuts_its_sessions_loses_and_repeats_nothing() {
    let (database, folder) = (
        Database::create_for_test().unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let url = folder.path().join("database-url");
    std::fs::write(&url, database.url()).unwrap();
    let more = format!(
        "[server]\nrequest_timeout = \"1s\"\n[storage]\ndatabase_url_file = \"{}\"\n",
        url.display()
    );
    scenario_with(&more, async |w| {
        w.expects_errors();
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        w.settles().await;

        let held = Holding::table(&database, "deliveries");
        let slow = rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
        slow.was_refused(503, "request_timeout", "the table is held");
        // What does not need that table goes on.
        w.status().await;
        w.becomes_ready(true).await;
        drop(held);
        w.redeliver(&slow).await.was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);

        let cut = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'",
            database.name()
        );
        for n in 2..8 {
            tell(&database, &cut);
            let label = format!("a{n}");
            let push = rocket.push([commit(&label, "Fixes ROCKET-1A")]).await;
            while !w.redeliver(&push).await.is_answered(204) {}
            w.becomes_ready(true).await;
        }
        w.settles_in_time().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(7);
    })
    .await;
}
