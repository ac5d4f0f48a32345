//! Configuration: one TOML file, the environment over it, secrets in files of their own.
//! Every key stands in [`KEYS`], with its variable, its default and its meaning; `docs/CONFIGURATION.md` is made of them.

mod build_status;
mod check;
mod commits;
mod connect;
mod environment;
mod error;
mod keys;
mod load;
mod oauth;
mod proxy;
mod pull_requests;
mod reference;
mod releases;
mod retention;
mod secret;
mod show;
mod trackers;
mod value;
mod when;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use secrecy::SecretString;
use serde::Deserialize;

pub use build_status::{BuildStatusConfig, BuildStatusReport};
pub use commits::{CommitAssign, CommitProfile, CommitsConfig, ProfileFileError};
pub use connect::{ConnectConfig, Installs, SyncConfig};
pub use environment::{Environment, PREFIX};
pub use error::{ConfigError, Place};
pub use keys::{KEYS, Key, Shape};
pub use load::{DEFAULT_FILE, Loaded, load};
pub use oauth::OAuthConfig;
pub use proxy::ProxyConfig;
pub use pull_requests::{PullRequestComment, PullRequestsConfig};
pub use reference::{reference, template};
pub use releases::{ReleasesConfig, Tags, WorkspaceReleases};
pub use retention::RetentionConfig;
pub use secret::{MAX_SECRET_BYTES, read_secret_file};
pub use show::Setting;
pub use trackers::{TrackerConfig, TrackerKind};
pub(crate) use value::network;
pub use value::{HttpUrl, InvalidUrl};
pub use when::When;

/// Everything the process can be told. `Default` is what a start without any configuration uses.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The socket, its limits, and the address under which Bitbucket reaches it.
    pub server: ServerConfig,
    /// Where things are remembered.
    pub storage: StorageConfig,
    /// The Bitbucket that is called.
    pub bitbucket: BitbucketConfig,
    /// The proxy before Bitbucket and the trackers.
    pub proxy: ProxyConfig,
    /// The error trackers by the name that `connect --tracker NAME` uses.
    pub trackers: BTreeMap<String, TrackerConfig>,
    /// How commit messages are read.
    pub commits: CommitsConfig,
    /// The Connect app.
    pub connect: ConnectConfig,
    /// The consumer through which a person connects a workspace.
    pub oauth: OAuthConfig,
    /// How repositories are kept in step with Bitbucket.
    pub sync: SyncConfig,
    /// What is done about pull requests.
    pub pull_requests: PullRequestsConfig,
    /// What is said on commits.
    pub build_status: BuildStatusConfig,
    /// Which tags are releases.
    pub releases: ReleasesConfig,
    /// Work in the background.
    pub jobs: JobsConfig,
    /// How long history is kept.
    pub retention: RetentionConfig,
    /// What is logged and how.
    pub log: LogConfig,
    /// Figures for a monitoring system.
    pub metrics: MetricsConfig,
    /// Traces for a collector.
    pub telemetry: TelemetryConfig,
    /// Who may use the API.
    pub api: ApiConfig,
}

/// `[server]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Address and port to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address under which Bitbucket reaches this service; hooks are created with it. Without it, the listening
    /// address, which is of use on one machine only.
    pub public_url: Option<HttpUrl>,
    /// The largest request body that is read, in bytes.
    #[serde(deserialize_with = "value::positive")]
    pub max_body_bytes: usize,
    /// How many connections are served at once; more of them wait.
    #[serde(deserialize_with = "value::positive")]
    pub max_connections: usize,
    /// How long a client may take to send its request line and headers; also how long an idle connection stays.
    #[serde(deserialize_with = "value::duration")]
    pub header_timeout: Duration,
    /// How long a client may take none of an answer that waits for it; then it is cut off.
    #[serde(deserialize_with = "value::duration")]
    pub write_timeout: Duration,
    /// How long a client may take to send a body.
    #[serde(deserialize_with = "value::duration")]
    pub body_timeout: Duration,
    /// How long an answer may take in all.
    #[serde(deserialize_with = "value::duration")]
    pub request_timeout: Duration,
    /// How long a stop waits for open requests and running jobs.
    #[serde(deserialize_with = "value::duration")]
    pub drain_timeout: Duration,
    /// A file with the networks that may deliver, one a line, read again when it changes; without it everybody may try.
    pub senders_file: Option<PathBuf>,
    /// The networks of proxies whose `X-Forwarded-For` says who delivers: a list, or a text with commas.
    #[serde(deserialize_with = "value::networks")]
    pub trusted_proxies: Vec<IpNet>,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            public_url: None,
            max_body_bytes: 1024 * 1024,
            max_connections: 1024,
            header_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(15),
            request_timeout: Duration::from_secs(60),
            drain_timeout: Duration::from_secs(20),
            senders_file: None,
            trusted_proxies: Vec::new(),
        }
    }
}

/// `[storage]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StorageConfig {
    /// The SQLite file. Its folder is created (0700) and also holds the keys that are generated.
    pub path: PathBuf,
    /// The file with the address of a PostgreSQL database, which is used instead of the SQLite file. It may hold a password.
    pub database_url_file: Option<PathBuf>,
    /// The same address, from the environment.
    #[serde(skip)]
    pub database_url: Option<SecretString>,
    /// The file with the key that stored secrets are encrypted with: 64 hexadecimal digits.
    pub key_file: Option<PathBuf>,
    /// The same key, from the environment.
    #[serde(skip)]
    pub key: Option<SecretString>,
    /// The file with the key before it, which opens what `keys rotate` has not encrypted anew yet.
    pub previous_key_file: Option<PathBuf>,
    /// The same key, from the environment.
    #[serde(skip)]
    pub previous_key: Option<SecretString>,
}

impl Default for StorageConfig {
    fn default() -> Self {
        Self {
            path: PathBuf::from("./data/bitbucket-integration.sqlite"),
            database_url_file: None,
            database_url: None,
            key_file: None,
            key: None,
            previous_key_file: None,
            previous_key: None,
        }
    }
}

impl StorageConfig {
    /// The folder that holds the database and the generated keys.
    #[must_use]
    pub fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            Some(_) | None => Path::new("."),
        }
    }
}

/// `[bitbucket]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BitbucketConfig {
    /// The address of Bitbucket's REST API, without `/2.0`.
    pub api_url: HttpUrl,
    /// The address of Bitbucket's web site, where OAuth consumers ask for tokens.
    pub site_url: HttpUrl,
    /// Authorities (PEM) to trust beside the public ones, for a private authority or a proxy that opens TLS.
    pub ca_file: Option<PathBuf>,
}

impl Default for BitbucketConfig {
    fn default() -> Self {
        Self {
            api_url: HttpUrl::known("https://api.bitbucket.org"),
            site_url: HttpUrl::known("https://bitbucket.org"),
            ca_file: None,
        }
    }
}

/// `[jobs]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JobsConfig {
    /// How many jobs run at once.
    #[serde(deserialize_with = "value::positive")]
    pub workers: usize,
    /// How long the first retry of a failed job waits; each further one waits twice as long.
    #[serde(deserialize_with = "value::duration")]
    pub first_retry: Duration,
    /// The longest wait between two attempts.
    #[serde(deserialize_with = "value::duration")]
    pub longest_retry: Duration,
    /// How often a job is tried before it is given up.
    #[serde(deserialize_with = "value::positive")]
    pub max_attempts: u32,
    /// How long a job belongs to the process that runs it; after a crash it is taken up again this much later.
    #[serde(deserialize_with = "value::duration")]
    pub lease: Duration,
}

impl Default for JobsConfig {
    fn default() -> Self {
        Self {
            workers: 16,
            first_retry: Duration::from_secs(5),
            longest_retry: Duration::from_secs(3600),
            max_attempts: 20,
            lease: Duration::from_secs(60),
        }
    }
}

/// `[log]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// Text for people or JSON for machines.
    pub format: LogFormat,
    /// Which events are logged: `info`, or directives such as `info,bitbucket_http_client=debug`.
    #[serde(deserialize_with = "value::log_filter")]
    pub filter: String,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            filter: "info".to_owned(),
        }
    }
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One readable line per event.
    #[default]
    Text,
    /// One JSON object per event.
    Json,
}

/// `[metrics]`
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetricsConfig {
    /// Address and port of a listener of its own for `GET /metrics`; without it there is none. Who can connect may read.
    pub listen: Option<SocketAddr>,
}

/// `[telemetry]`
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelemetryConfig {
    /// The address of a collector that takes OTLP over plain HTTP, without `/v1/traces`; without it nothing is traced.
    pub otlp_url: Option<HttpUrl>,
}

/// `[api]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApiConfig {
    /// The file with the operator's API key. Without it, `api.key` beside the database, generated at the first start.
    pub key_file: Option<PathBuf>,
    /// The key itself, from the environment.
    #[serde(skip)]
    pub key: Option<SecretString>,
    /// How many requests a minute one key may make.
    #[serde(deserialize_with = "value::positive")]
    pub requests_per_minute: u32,
}

impl Default for ApiConfig {
    fn default() -> Self {
        Self {
            key_file: None,
            key: None,
            requests_per_minute: 1200,
        }
    }
}

#[cfg(test)]
mod tests;
