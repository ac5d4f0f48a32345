//! The running service: everything put together, started, woken and stopped.

mod connect;
mod consents;
mod error;
mod outgoing;
mod parts;
pub(crate) mod storage;
mod trackers;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use bitbucket_integration_provider::Integration;
use bitbucket_integration_provider::ports::{Clock, Entropy, Retention};
use bitbucket_store::{PostgresOptions, Store};
use bitbucket_trackers::ConfiguredTrackers;
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::api::{Access, ApiKey, App, AppParts, BodyLimits, Readiness, router};
use crate::clock::{SystemClock, SystemEntropy};
use crate::config::{Config, ServerConfig};
use crate::metrics::Metrics;
use crate::retention::Forgetting;
use crate::schedule::Rounds;
use crate::server::{Handling, Limits, Senders, serve};
use crate::telemetry;
use crate::workers::{Pace, Waker, Workers};

pub use error::StartError;

/// How many connections the system keeps for us until they are taken.
const BACKLOG: u32 = 1024;

/// What the service takes from the world beside its configuration.
#[derive(Clone)]
pub struct Deps {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

impl Deps {
    /// The clock and the randomness of this machine.
    #[must_use]
    pub fn system() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy::default()),
        }
    }
}

impl fmt::Debug for Deps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Deps(..)")
    }
}

/// Starts services.
#[derive(Debug, Clone, Copy)]
pub struct Service;

impl Service {
    /// Starts a service: opens its store, listens, and puts its workers to work. When this returns, it answers.
    ///
    /// # Errors
    /// [`StartError`], which says what to do; nothing runs then.
    pub async fn start(config: Config, deps: Deps) -> Result<RunningService, StartError> {
        // First, so that a second start beside a running one leaves nothing behind.
        let wanted = config.server.listen;
        let failed = |source| StartError::Listen {
            address: wanted,
            source,
        };
        let socket = parts::take(wanted)?;
        let address = socket.local_addr().map_err(failed)?;
        let metrics = parts::metrics(&config).await?;
        let senders = parts::senders(&config)?;
        let kept = parts::keep(&config, &deps)?;
        let store = parts::store(&config, &kept).await?;
        store.observe(metrics.all.clone());
        let integration =
            parts::integration(&config, &deps, Arc::clone(&store), (address, &metrics.all))?;
        let listener = socket.listen(BACKLOG).map_err(failed)?;
        let sockets = Sockets {
            listener,
            address,
            metrics,
            senders,
        };
        Ok(run(&config, &deps, (integration, store), kept, sockets))
    }
}

/// What is listened on, and who may come.
struct Sockets {
    listener: TcpListener,
    address: SocketAddr,
    metrics: parts::Measured,
    senders: Option<Senders>,
}

/// Refuses a configuration that no service can be started with, without starting one.
pub(crate) fn check(config: &Config, deps: &Deps) -> Result<(), StartError> {
    parts::bitbucket(config)?;
    parts::database(config)?;
    parts::site(config)?;
    parts::settings(config, deps, config.server.listen)?;
    parts::senders(config)?;
    telemetry::check(&config.telemetry)?;
    trackers(config, deps).map(drop)
}

/// Where the configuration says that things are remembered, for a person.
pub(crate) fn database_name(config: &Config) -> Result<String, StartError> {
    let name = |options: PostgresOptions| format!("PostgreSQL, {}", options.name());
    let shared = parts::database(config)?.map(name);
    Ok(shared.unwrap_or_else(|| config.storage.path.display().to_string()))
}

/// The configured trackers alone, for asking them whether they are there.
pub(crate) fn trackers(config: &Config, deps: &Deps) -> Result<ConfiguredTrackers, StartError> {
    let outgoing = outgoing::Outgoing::new(config, &Arc::new(Metrics::new()))?;
    trackers::configured(config, &outgoing, &deps.clock)
}

/// Puts the loops to work.
fn run(
    config: &Config,
    deps: &Deps,
    (integration, store): (Integration, Arc<Store>),
    kept: parts::Kept,
    sockets: Sockets,
) -> RunningService {
    let waker = Waker::default();
    let stop = CancellationToken::new();
    let metrics = sockets.metrics.all;
    let counted = Arc::clone(&metrics);
    let workers = Workers::new(integration.clone(), pace(config), waker.clone(), counted);
    let quiet = workers.quiet();
    let rate = config.api.requests_per_minute;
    let operator = ApiKey::new(&kept.api_key);
    let app = AppParts {
        access: Access::new(operator, store.clone(), rate),
        listings: store.clone(),
        retention: store.clone(),
        readiness: Readiness::of(store.clone()),
        limits: body_limits(&config.server),
        waker: waker.clone(),
        metrics: Arc::clone(&metrics),
        senders: sockets.senders,
    };
    let app = App::new(integration.clone(), app);
    let served = router(app, handling(config, deps, &metrics));
    let limits = socket_limits(&config.server);
    let all = (integration.clone(), Arc::clone(&store));
    let rounds = rounds(config, deps, all, &waker, &metrics);
    let moved = Arc::clone(&rounds.moved);
    let hints = crate::hints::run(store.clone(), waker.clone(), deps.clone(), stop.clone());
    let served = serve(sockets.listener, served, limits, stop.clone());
    let mut loops = vec![
        tokio::spawn(served),
        tokio::spawn(workers.run(stop.clone())),
        tokio::spawn(crate::schedule::run(rounds, stop.clone())),
        tokio::spawn(hints),
    ];
    if let Some(listener) = sockets.metrics.listener {
        let scraped = crate::metrics::router(metrics, integration.clone());
        loops.push(tokio::spawn(serve(listener, scraped, limits, stop.clone())));
    }
    RunningService {
        address: sockets.address,
        metrics_address: sockets.metrics.address,
        integration,
        api_key: kept.api_key,
        new_api_key: kept.new_api_key,
        store,
        waker,
        moved,
        quiet,
        loops,
        stop,
    }
}

/// What comes round again.
fn rounds(
    config: &Config,
    deps: &Deps,
    (integration, store): (Integration, Arc<Store>),
    waker: &Waker,
    metrics: &Arc<Metrics>,
) -> Rounds {
    let forgetting = Forgetting {
        store: Arc::clone(&store) as Arc<dyn Retention>,
        clock: Arc::clone(&deps.clock),
        kept: config.retention,
    };
    Rounds {
        schedules: store,
        integration,
        forgetting,
        waker: waker.clone(),
        metrics: Arc::clone(metrics),
        moved: Arc::default(),
    }
}

fn handling(config: &Config, deps: &Deps, metrics: &Arc<Metrics>) -> Handling {
    Handling {
        entropy: Arc::clone(&deps.entropy),
        request_timeout: config.server.request_timeout,
        metrics: Arc::clone(metrics),
    }
}

fn body_limits(server: &ServerConfig) -> BodyLimits {
    BodyLimits {
        bytes: server.max_body_bytes,
        time: server.body_timeout,
    }
}

fn pace(config: &Config) -> Pace {
    Pace {
        workers: config.jobs.workers,
        lease: config.jobs.lease,
        drain_timeout: config.server.drain_timeout,
    }
}

fn socket_limits(server: &ServerConfig) -> Limits {
    Limits {
        connections: server.max_connections,
        header_timeout: server.header_timeout,
        write_timeout: server.write_timeout,
        drain_timeout: server.drain_timeout,
    }
}

/// A service that runs until [`RunningService::shutdown`]; dropping it stops it without waiting.
pub struct RunningService {
    address: SocketAddr,
    metrics_address: Option<SocketAddr>,
    integration: Integration,
    api_key: SecretString,
    new_api_key: bool,
    store: Arc<Store>,
    waker: Waker,
    moved: Arc<Notify>,
    quiet: watch::Receiver<u64>,
    /// All that uses the store: it is closed after the last of them has ended.
    loops: Vec<JoinHandle<()>>,
    stop: CancellationToken,
}

impl RunningService {
    /// The address it listens on, with the port it got.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of the listener for metrics, with the port it got.
    #[must_use]
    pub const fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// The address as a URL without a slash at its end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The key that requests under `/api/v1` carry.
    #[must_use]
    pub const fn api_key(&self) -> &SecretString {
        &self.api_key
    }

    /// Whether the API key was generated by this start.
    #[must_use]
    pub const fn has_new_api_key(&self) -> bool {
        self.new_api_key
    }

    /// The integration, with its ports.
    #[must_use]
    pub const fn integration(&self) -> &Integration {
        &self.integration
    }

    /// The store, with all that is remembered.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Makes the workers look at the queue now, and at the schedules; for tests that moved the clock.
    pub fn wake(&self) {
        self.waker.wake();
        self.moved.notify_waiters();
    }

    /// Wakes the workers and waits until nothing is due and nothing runs.
    pub async fn quiet(&self) {
        let call = self.waker.wake();
        let mut quiet = self.quiet.clone();
        // An error means that the workers are gone, and with them all work.
        let _stopped = quiet.wait_for(|&after| after >= call).await;
    }

    /// Stops: takes no new connection and no new job, and lets open requests and running jobs finish within the drain
    /// time. What is left then is done again after the next start.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        for running in self.loops.drain(..) {
            let ended = running.await;
            if ended.is_err_and(|error| error.is_panic()) {
                tracing::error!(error.code = "panicked", "a loop of the service panicked");
            }
        }
        self.store.close().await;
    }
}

impl Drop for RunningService {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl fmt::Debug for RunningService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningService")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
