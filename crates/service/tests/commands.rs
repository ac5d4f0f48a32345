//! What a person does at the command line against a running service: issues, consent, frames.

#![cfg(feature = "demo")]
#![expect(clippy::unwrap_used, reason = "what fails here fails its test")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use bitbucket_integration::config::{HttpUrl, TrackerConfig};
use bitbucket_integration::{API_KEY_FILE, Config, Deps, RunningService, Service};
use bitbucket_simulator::control::Seed;
use bitbucket_simulator::world::AccessToken;
use bitbucket_simulator::{Simulator, SimulatorConfig, acme};
use secrecy::SecretString;
use serde_json::Value;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_bitbucket-integration");

/// A service that knows a Sentry and a Bitbucket whose issue trackers are there.
struct Stage {
    folder: TempDir,
    service: RunningService,
    simulator: Simulator,
}

impl Stage {
    async fn set() -> Self {
        let simulator = Simulator::start(SimulatorConfig::acme()).await.unwrap();
        let scopes = [
            "account",
            "repository",
            "pullrequest",
            "webhook",
            "issue:write",
        ];
        let token = AccessToken::new("a token", acme::ACCESS_TOKEN, acme::WORKSPACE, &scopes);
        let seeds = [Seed::IssueTracker(true), Seed::AccessToken(token)];
        simulator.control().seed(seeds).await.unwrap();
        let folder = TempDir::new().unwrap();
        let config = config(&simulator, folder.path());
        let service = Service::start(config, Deps::system()).await.unwrap();
        Self {
            folder,
            service,
            simulator,
        }
    }

    /// The program's exit code, and what it prints and says. The service runs on other threads meanwhile.
    fn run(&self, words: &[&str]) -> (i32, String, String) {
        let program = Command::new(PROGRAM)
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .env("BITBUCKET_INTEGRATION_SERVER", self.service.url())
            .env("BITBUCKET_INTEGRATION_API_KEY_FILE", API_KEY_FILE)
            .stdin(Stdio::null())
            .output();
        let Output {
            status,
            stdout,
            stderr,
        } = program.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status.code().unwrap(), text(stdout), text(stderr))
    }

    /// What a command prints that is expected to succeed.
    #[track_caller]
    fn good(&self, words: &[&str]) -> String {
        let (code, printed, said) = self.run(words);
        assert_eq!(code, 0, "{words:?}: {said}");
        printed
    }

    fn follow_rocket(&self) {
        std::fs::write(self.folder.path().join("token"), acme::ACCESS_TOKEN).unwrap();
        self.good(&["connect", "acme", "--access-token-file", "token"]);
        self.good(&["repository", "add", "acme/rocket", "--project", "rocket"]);
    }

    async fn clear(self) {
        self.service.shutdown().await;
        self.simulator.shutdown().await;
    }
}

fn config(simulator: &Simulator, folder: &Path) -> Config {
    let mut config = Config::default();
    config.server.listen = ([127, 0, 0, 1], 0).into();
    config.storage.path = folder.join("bitbucket-integration.sqlite");
    config.bitbucket.api_url = HttpUrl::parse(simulator.bitbucket_url()).unwrap();
    config.oauth.consumer_key = Some(acme::OAUTH_KEY.to_owned());
    config.oauth.consumer_secret = Some(SecretString::from(acme::OAUTH_SECRET));
    let mut tracker = TrackerConfig::new(acme::SENTRY_ORGANIZATION);
    tracker.url = HttpUrl::parse(simulator.sentry_url()).unwrap();
    tracker.token = Some(SecretString::from(acme::SENTRY_TOKEN));
    config.trackers.insert("sentry".to_owned(), tracker);
    config
}

const CREATE: [&str; 9] = [
    "issue",
    "create",
    "ROCKET-1A",
    "--repository",
    "acme/rocket",
    "--title",
    "Thrust is nothing",
    "--idempotency-key",
    "one",
];

#[tokio::test(flavor = "multi_thread")]
async fn an_issue_is_created_found_listed_linked_and_unlinked() {
    let stage = Stage::set().await;
    stage.follow_rocket();
    let place = "https://bitbucket.org/acme/rocket/issues/1";
    let made = stage.good(&CREATE);
    assert_eq!(
        made,
        format!("acme/rocket#1 is created for ROCKET-1A: {place}\n")
    );
    let again = stage.good(&CREATE);
    assert_eq!(
        again,
        format!("acme/rocket#1 was created before for ROCKET-1A: {place}\n")
    );

    let search = ["issue", "search", "thrust", "--repository", "acme/rocket"];
    let found = stage.good(&search);
    let rows: Vec<&str> = found.lines().collect();
    assert!(
        rows.len() == 2 && rows[0].starts_with("NUMBER") && rows[1].starts_with("1 "),
        "{found}"
    );

    let link = [
        "issue",
        "link",
        "ROCKET-2B",
        "--repository",
        "acme/rocket",
        "--number",
        "1",
        "--json",
    ];
    let linked: Value = serde_json::from_str(&stage.good(&link)).unwrap();
    assert_eq!(
        (linked["issue"].as_str(), linked["number"].as_u64()),
        (Some("ROCKET-2B"), Some(1))
    );

    let listed = stage.good(&["issue", "list", "--issue", "ROCKET-1A"]);
    let rows: Vec<Vec<&str>> = listed
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(rows.len(), 2, "{listed}");
    assert_eq!(
        rows[1][1..],
        ["ROCKET-1A", place, "Thrust", "is", "nothing"]
    );
    let id = rows[1][0];
    let gone = stage.good(&["issue", "unlink", id]);
    assert_eq!(gone, format!("link {id} is forgotten\n"));
    let of_rocket = ["issue", "list", "--repository", "acme/rocket", "--json"];
    let left: Value = serde_json::from_str(&stage.good(&of_rocket)).unwrap();
    assert_eq!(left["issues"].as_array().unwrap(), &[linked]);
    stage.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cant_be_done_about_an_issue_is_said() {
    let stage = Stage::set().await;
    stage.follow_rocket();
    let unknown = [
        "issue",
        "create",
        "ROCKET-9Z",
        "--repository",
        "acme/rocket",
    ];
    let (code, printed, said) = stage.run(&unknown);
    assert_eq!((code, printed.as_str()), (1, ""), "{said}");
    assert!(said.contains("ROCKET-9Z"), "{said}");
    let gone = Seed::IssueTracker(false);
    stage.simulator.control().seed([gone]).await.unwrap();
    let (code, _, said) = stage.run(&CREATE);
    assert_eq!(code, 1);
    assert!(said.contains("issue_tracker_gone"), "{said}");
    let missing = [
        "issue",
        "create",
        "ROCKET-1A",
        "--repository",
        "acme/rocket",
        "--description-file",
        "nothing.md",
    ];
    let (code, _, said) = stage.run(&missing);
    assert_eq!(code, 2);
    assert!(said.contains("can't read nothing.md"), "{said}");
    stage.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_is_looked_up_in_one_workspace() {
    let stage = Stage::set().await;
    stage.follow_rocket();
    let link = ["source", "link", "src/engine.rs", "--project", "rocket"];
    let within = |workspace| [&link[..], &["--workspace", workspace]].concat();
    let found = stage.good(&within("acme"));
    assert_eq!(found, stage.good(&link));
    assert!(found.contains("acme/rocket/src/"), "{found}");
    let (code, _, said) = stage.run(&within("other"));
    assert_eq!(code, 1);
    assert!(said.contains("workspace other is not connected"), "{said}");
    stage.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_a_consent_is_printed_alone() {
    let stage = Stage::set().await;
    let (code, printed, said) = stage.run(&["connect", "acme", "--consent"]);
    assert_eq!(code, 0, "{said}");
    let url = url::Url::parse(printed.trim_end()).unwrap();
    assert_eq!(url.path(), "/site/oauth2/authorize");
    let keys: Vec<String> = url
        .query_pairs()
        .map(|(name, _)| name.into_owned())
        .collect();
    assert!(keys.contains(&"state".to_owned()), "{keys:?}");
    assert!(
        said.contains("agree before") && said.contains("workspace acme"),
        "{said}"
    );
    stage.clear().await;
}
