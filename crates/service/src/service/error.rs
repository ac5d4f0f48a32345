//! Why a service does not start, said so that a person can mend it.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use bitbucket_http_client::{BaseUrlError, TransportConfigError};
use bitbucket_integration_provider::InvalidHookBase;
use bitbucket_integration_provider::connect::InvalidConnectApp;
use bitbucket_store::{InvalidPostgresUrl, KeyFileError, OpenError, SecretKeyError};

use crate::config::ProfileFileError;
use crate::keeping::KeepingError;
use crate::server::SendersError;
use crate::telemetry::TelemetryError;

/// Why a service did not start. Nothing runs then.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Traces can't be sent as it is configured.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// The storage folder or the API key can't be used.
    #[error("the storage folder can't be used")]
    Keeping(#[from] KeepingError),
    /// The storage key's file can't be used.
    #[error("the storage key can't be used")]
    StorageKeyFile(#[from] KeyFileError),
    /// The configured storage key is not one.
    #[error("the configured storage key can't be used")]
    StorageKey(#[from] SecretKeyError),
    /// The store can't be opened.
    #[error("the database {} can't be opened", path.display())]
    Store {
        /// The database.
        path: PathBuf,
        /// Why.
        source: OpenError,
    },
    /// There is no database yet.
    #[error("there is no database {}: is this the right configuration?", path.display())]
    NoDatabase {
        /// Where it was expected.
        path: PathBuf,
    },
    /// The address of the PostgreSQL database is not one.
    #[error(
        "the database's address can't be used (`database_url_file` in [storage], BITBUCKET_INTEGRATION_STORAGE_DATABASE_URL or DATABASE_URL)"
    )]
    DatabaseUrl(#[from] InvalidPostgresUrl),
    /// The PostgreSQL database can't be opened.
    #[error("the database {database} can't be opened")]
    Database {
        /// The database by name and host.
        database: String,
        /// Why.
        source: OpenError,
    },
    /// The address can't be listened on.
    #[error(
        "can't listen on {address}; another process may do so already: choose another `listen` in [server], or BITBUCKET_INTEGRATION_SERVER_LISTEN"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// `public_url` is not one.
    #[error("`public_url` in [server] can't be used")]
    PublicUrl(#[from] InvalidHookBase),
    /// Bitbucket would refuse the app's descriptor.
    #[error("[connect]: {0}")]
    ConnectApp(#[from] InvalidConnectApp),
    /// First installs must be signed with a secret that is not given.
    #[error(
        "[connect]: `installs = \"signed\"` needs the secret that Atlassian shows for the app; set `app_secret_file`, or BITBUCKET_INTEGRATION_CONNECT_APP_SECRET"
    )]
    NoAppSecret,
    /// A consumer without its secret gets no grant.
    #[error(
        "[oauth]: `consumer_key` needs the consumer's secret; set `consumer_secret_file`, or BITBUCKET_INTEGRATION_OAUTH_CONSUMER_SECRET"
    )]
    NoConsumerSecret,
    /// The grammar that `profile_file` declares can't be used.
    #[error(transparent)]
    Profile(#[from] ProfileFileError),
    /// The address of a peer is not one.
    #[error("the address of {peer} can't be used")]
    PeerUrl {
        /// Whose address.
        peer: String,
        /// Why.
        source: BaseUrlError,
    },
    /// The file of `ca_file` can't be read.
    #[error("can't read `ca_file` in [bitbucket], {}", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file of senders' networks can't be used.
    #[error("`senders_file` in [server] can't be used")]
    Senders(#[from] SendersError),
    /// No client can be made.
    #[error("no HTTP client can be made")]
    Transport(#[from] TransportConfigError),
    /// A tracker's name, organization or token is not one.
    #[error("tracker `{name}` can't be used: {reason}")]
    Tracker {
        /// Its name.
        name: String,
        /// Why, without any part of its token.
        reason: String,
    },
}
