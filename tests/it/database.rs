//! A database that goes away and comes back, under the running service.

use std::process::Command;
use std::time::{Duration, Instant};

use bitbucket_integration::config::{self, Environment};
use bitbucket_integration::{Deps, RunningService, Service};
use bitbucket_test_postgres::{Binaries, Database};

use crate::world::Api;

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
