//! The parts of a service, each made from its piece of the configuration.

use std::net::SocketAddr;
use std::sync::Arc;

use bitbucket_http_client::BaseUrl;
use bitbucket_integration_provider::{HookBase, Integration, Ports, RetryPolicy, Settings};
use bitbucket_store::{PostgresOptions, SECRET_KEY_BYTES, SecretKey, SecretKeys, Store};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::{TcpListener, TcpSocket};

use super::outgoing::Outgoing;
use super::{Deps, StartError, storage};
use crate::config::{Config, HttpUrl};
use crate::connector::HttpConnector;
use crate::keeping::{API_KEY_FILE, STORAGE_KEY_FILE, key_in, make_folder};
use crate::metrics::Metrics;
use crate::server::Senders;

/// Keys, given or made.
pub(super) struct Kept {
    pub(super) api_key: SecretString,
    pub(super) new_api_key: bool,
    storage_key: SecretKeys,
}

/// Makes the folder and those keys that are not given.
pub(super) fn keep(config: &Config, deps: &Deps) -> Result<Kept, StartError> {
    let folder = config.storage.folder();
    make_folder(folder)?;
    let storage_key = match &config.storage.key {
        Some(key) => SecretKey::from_hex(key.expose_secret())?,
        None => {
            let mut random = [0_u8; SECRET_KEY_BYTES];
            deps.entropy.fill(&mut random);
            SecretKey::load_or_create(folder.join(STORAGE_KEY_FILE), random)?
        }
    };
    let (api_key, new_api_key) = match &config.api.key {
        Some(key) => (key.clone(), false),
        None => key_in(&folder.join(API_KEY_FILE), deps.entropy.as_ref())?,
    };
    Ok(Kept {
        api_key,
        new_api_key,
        storage_key: storage::with_previous(config, storage_key)?,
    })
}

/// Takes the address without answering there yet: who can connect is served.
pub(super) fn take(address: SocketAddr) -> Result<TcpSocket, StartError> {
    let taken = || {
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        // A restart must not wait for the connections of the last run to be forgotten.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(socket)
    };
    taken().map_err(|source| StartError::Listen { address, source })
}

/// The opened store: PostgreSQL when there is an address of one, else the SQLite file.
pub(super) async fn store(config: &Config, kept: &Kept) -> Result<Arc<Store>, StartError> {
    let key = kept.storage_key.clone();
    let store = match database(config)? {
        Some(options) => Store::open_postgres(&options, key)
            .await
            .map_err(|source| StartError::Database {
                database: options.name(),
                source,
            })?,
        None => {
            let path = &config.storage.path;
            Store::open_sqlite(path, key)
                .await
                .map_err(|source| StartError::Store {
                    path: path.clone(),
                    source,
                })?
        }
    };
    Ok(Arc::new(store))
}

/// The PostgreSQL database, when one is configured.
pub(super) fn database(config: &Config) -> Result<Option<PostgresOptions>, StartError> {
    let url = config.storage.database_url.as_ref();
    let options = url.map(|url| PostgresOptions::parse(url.expose_secret()));
    Ok(options.transpose()?)
}

/// The integration on its real ports. `address` is what it listens on.
pub(super) fn integration(
    config: &Config,
    deps: &Deps,
    store: Arc<Store>,
    (address, metrics): (SocketAddr, &Arc<Metrics>),
) -> Result<Integration, StartError> {
    let outgoing = Outgoing::new(config, metrics)?;
    let transport = outgoing.usual();
    let base = bitbucket(config)?;
    let ports = Ports {
        installations: store.clone(),
        repositories: store.clone(),
        deliveries: store.clone(),
        jobs: store.clone(),
        commits: store.clone(),
        effects: store.clone(),
        mappings: store.clone(),
        issue_links: store.clone(),
        pull_requests: store.clone(),
        releases: store.clone(),
        tenants: store.clone(),
        grants: store.clone(),
        replay: store.clone(),
        bitbucket: Arc::new(HttpConnector::new(
            base,
            site(config)?,
            Arc::clone(&transport),
            Arc::clone(&deps.clock),
            store.clone(),
            store,
        )),
        consents: super::consents::consents(config, &transport, &deps.clock)?,
        trackers: Arc::new(super::trackers::configured(config, &outgoing, &deps.clock)?),
        clock: Arc::clone(&deps.clock),
        entropy: Arc::clone(&deps.entropy),
    };
    Ok(Integration::new(ports, settings(config, deps, address)?))
}

pub(super) fn settings(
    config: &Config,
    deps: &Deps,
    address: SocketAddr,
) -> Result<Settings, StartError> {
    let public = match &config.server.public_url {
        Some(url) => url.to_string(),
        None => format!("http://{address}"),
    };
    let hook_base = HookBase::parse(&public)?;
    Ok(Settings {
        connect: super::connect::connect(config, deps, &hook_base)?,
        sync: super::connect::sync(config),
        pull_requests: config.pull_requests.settings(),
        build_status: config.build_status.settings(),
        authors: config.commits.authors(),
        releases: config.releases.settings(),
        hook_base,
        policy: config.commits.policy()?,
        retry: RetryPolicy {
            first: config.jobs.first_retry,
            longest: config.jobs.longest_retry,
            max_attempts: config.jobs.max_attempts,
        },
        lease: config.jobs.lease,
    })
}

/// What is measured, and where it is shown.
pub(super) struct Measured {
    pub(super) all: Arc<Metrics>,
    pub(super) listener: Option<TcpListener>,
    pub(super) address: Option<SocketAddr>,
}

/// The metrics, and their listener when there is to be one.
pub(super) async fn metrics(config: &Config) -> Result<Measured, StartError> {
    let mut measured = Measured {
        all: Arc::new(Metrics::new()),
        listener: None,
        address: None,
    };
    if let Some(address) = config.metrics.listen {
        let failed = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        measured.address = Some(listener.local_addr().map_err(failed)?);
        measured.listener = Some(listener);
    }
    Ok(measured)
}

/// The networks of senders, when there is a file of them.
pub(super) fn senders(config: &Config) -> Result<Option<Senders>, StartError> {
    let file = config.server.senders_file.as_ref();
    let proxies = || config.server.trusted_proxies.clone();
    let senders = file.map(|file| Senders::open(file, proxies()));
    Ok(senders.transpose()?)
}

/// The address of Bitbucket.
pub(super) fn bitbucket(config: &Config) -> Result<BaseUrl, StartError> {
    peer(
        "Bitbucket (`api_url` in [bitbucket])",
        &config.bitbucket.api_url,
    )
}

/// The address of Bitbucket's web site.
pub(super) fn site(config: &Config) -> Result<BaseUrl, StartError> {
    peer(
        "Bitbucket's web site (`site_url` in [bitbucket])",
        &config.bitbucket.site_url,
    )
}

/// The address of a peer: plain HTTP to this machine only.
pub(super) fn peer(name: &str, url: &HttpUrl) -> Result<BaseUrl, StartError> {
    BaseUrl::parse(url.as_str()).map_err(|source| StartError::PeerUrl {
        peer: name.to_owned(),
        source,
    })
}
