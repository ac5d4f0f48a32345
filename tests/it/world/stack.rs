//! What runs during a scenario: the simulator and the service, inside this process or as processes of their own.

mod here;
mod processes;

use std::path::{Path, PathBuf};

use bitbucket_simulator::{Control, acme};
use tempfile::TempDir;

use super::logs::Logs;
use here::Here;
use processes::Processes;

/// How often the service of a scenario tries a job.
pub const MAX_ATTEMPTS: u32 = 12;

/// A token for a second organization of the tracker; `{other-token}` in what a scenario adds is the file that holds it,
/// `{oauth-secret}` that of the OAuth consumer's secret, `{sentry}` the tracker's address.
pub const OTHER_SENTRY_TOKEN: &str = "sntryi_another-organizations-token";

/// The service's SQLite file in the folder of its scenario.
const DATABASE: &str = "data/service.sqlite";

/// The name of the tracker in the service's configuration.
const TRACKER: &str = "sentry";

/// The running programs, in one of two ways.
pub enum Stack {
    /// As tasks of this process, with a clock that the scenario moves.
    Here(Box<Here>),
    /// As processes, with short waits.
    Processes(Processes),
}

impl Stack {
    /// `more` is added to the service's configuration.
    pub async fn start(more: &str) -> Self {
        match (
            variable("ACCEPTANCE_SERVICE"),
            variable("ACCEPTANCE_SIMULATOR"),
        ) {
            (Some(service), Some(simulator)) => {
                Self::Processes(Processes::start(service, simulator, more).await)
            }
            (None, None) => Self::Here(Box::new(Here::start(more).await)),
            _ => panic!("set both of ACCEPTANCE_SERVICE and ACCEPTANCE_SIMULATOR, or none"),
        }
    }

    pub fn control(&self) -> Control {
        match self {
            Self::Here(here) => here.control(),
            Self::Processes(processes) => processes.control(),
        }
    }

    pub fn service_url(&self) -> &str {
        match self {
            Self::Here(here) => here.service_url(),
            Self::Processes(processes) => processes.service_url(),
        }
    }

    pub fn api_key(&self) -> &str {
        match self {
            Self::Here(here) => here.api_key(),
            Self::Processes(processes) => processes.api_key(),
        }
    }

    /// The file that the service keeps everything in, unless a scenario says otherwise.
    pub fn database(&self) -> PathBuf {
        match self {
            Self::Here(here) => here.database(),
            Self::Processes(processes) => processes.database(),
        }
    }

    /// Every job that was put back is due after this, at once or soon.
    pub fn pass_the_longest_wait(&self) {
        match self {
            Self::Here(here) => here.pass_the_longest_wait(),
            // Their waits are short: whoever waits for the jobs sees them done.
            Self::Processes(_) => {}
        }
    }

    /// Moves the service's clock.
    pub fn jump(&self, by: jiff::SignedDuration) {
        match self {
            Self::Here(here) => here.jump(by),
            Self::Processes(_) => {
                panic!("processes have the machine's clock: tell it by `scenario_with_clock`")
            }
        }
    }

    pub async fn restart(&self) {
        match self {
            Self::Here(here) => here.restart().await,
            Self::Processes(processes) => processes.restart().await,
        }
    }

    /// Stops everything; gives what the service logged.
    pub async fn stop(self, logs: &Logs) -> String {
        match self {
            Self::Here(here) => {
                here.stop().await;
                logs.text()
            }
            Self::Processes(processes) => processes.stop().await,
        }
    }
}

/// Whether service and simulator are processes of their own.
pub fn is_of_processes() -> bool {
    variable("ACCEPTANCE_SERVICE").is_some()
}

/// A variable that says how the scenarios run.
pub fn variable(name: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the scenarios are told by their runner how to run"
    )]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Where the peers of the service are.
pub struct Peers {
    pub bitbucket: String,
    pub sentry: String,
}

/// Writes the configuration that an operator would write for these peers.
pub fn configure(
    folder: &TempDir,
    peers: &Peers,
    port: u16,
    (jobs, more): (&str, &str),
) -> PathBuf {
    let token = folder.path().join("sentry-token");
    std::fs::write(&token, acme::SENTRY_TOKEN).unwrap();
    let other = folder.path().join("other-token");
    std::fs::write(&other, OTHER_SENTRY_TOKEN).unwrap();
    let consumer = folder.path().join("oauth-secret");
    std::fs::write(&consumer, acme::OAUTH_SECRET).unwrap();
    let file = folder.path().join("bitbucket-integration.toml");
    let more = more
        .replace("{sentry}", &peers.sentry)
        .replace("{other-token}", &shown(&other))
        .replace("{oauth-secret}", &shown(&consumer));
    let (server, more) = taken_out(more, "[server]\n");
    let (storage, more) = taken_out(more, "[storage]\n");
    let text = format!(
        r#"
[server]
listen = "127.0.0.1:{port}"
{server}

[storage]
path = "{}"
{storage}

[bitbucket]
api_url = "{}"
site_url = "{}"

[connect]
installs = "open"
key = "bitbucket-integration"

[trackers.{TRACKER}]
kind = "sentry"
url = "{}"
organization = "{}"
token_file = "{}"

[jobs]
max_attempts = {MAX_ATTEMPTS}
{jobs}

[log]
filter = "debug"

[api]
requests_per_minute = 1000000

{more}
"#,
        shown(&folder.path().join(DATABASE)),
        peers.bitbucket,
        peers.bitbucket,
        peers.sentry,
        acme::SENTRY_ORGANIZATION,
        shown(&token),
    );
    std::fs::write(&file, text).unwrap();
    file
}

/// What a scenario sets in a table that stands already, and the rest of what it sets.
fn taken_out(more: String, table: &str) -> (String, String) {
    let Some(begin) = more.find(table) else {
        return (String::new(), more);
    };
    let inside = &more[begin + table.len()..];
    let end = inside.find("\n[").map_or(inside.len(), |end| end + 1);
    let (inside, rest) = inside.split_at(end);
    (inside.to_owned(), format!("{}{rest}", &more[..begin]))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A port on loopback that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
