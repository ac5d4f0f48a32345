//! What the demo plays on: the simulator, the service in a temporary folder, and clients of both.

use bitbucket_simulator::{Control, Simulator, SimulatorConfig, acme};
use secrecy::SecretString;
use tempfile::TempDir;

use super::Teller;
use crate::cli::{ApiClient, Failure};
use crate::config::{Config, HttpUrl, LogConfig, TrackerConfig};
use crate::service::{Deps, RunningService, Service};
use crate::telling::chain;
use crate::{API_KEY_FILE, logging};

/// The name of the tracker in the demo's configuration.
const TRACKER: &str = "sentry";

/// Everything that runs during the demo.
pub(super) struct Stage {
    pub(super) simulator: Simulator,
    pub(super) control: Control,
    pub(super) service: RunningService,
    pub(super) api: ApiClient,
    folder: TempDir,
}

impl Stage {
    /// Starts all of it.
    pub(super) async fn set(teller: &mut Teller) -> Result<Self, Failure> {
        let log = LogConfig {
            filter: "warn".to_owned(),
            ..LogConfig::default()
        };
        logging::start(&log, None);
        let simulator = Simulator::start(SimulatorConfig::acme()).await;
        let simulator = simulator.map_err(|error| teller.failed("simulator", &chain(&error)))?;
        let (bitbucket, sentry) = (simulator.bitbucket_url(), simulator.sentry_url());
        teller.step(
            "simulator",
            &format!("Bitbucket Cloud at {bitbucket}, Sentry at {sentry}"),
        );

        let folder = tempfile::Builder::new()
            .prefix("bitbucket-integration-demo-")
            .tempdir();
        let folder = folder
            .map_err(|error| teller.failed("service", &format!("no temporary folder: {error}")))?;
        let config = config(&simulator, &folder).map_err(|why| teller.failed("service", &why))?;
        let database = config.storage.path.display().to_string();
        let service = Service::start(config, Deps::system()).await;
        let service = service.map_err(|error| teller.failed("service", &chain(&error)))?;
        teller.step(
            "service",
            &format!(
                "listens on {}, keeps everything in {database}",
                service.url()
            ),
        );

        let url = HttpUrl::parse(&service.url())
            .map_err(|error| teller.failed("service", &error.to_string()))?;
        let api = ApiClient::new(url, service.api_key().clone())?;
        let control = simulator.control();
        Ok(Self {
            simulator,
            control,
            service,
            api,
            folder,
        })
    }

    /// The file with the service's API key.
    pub(super) fn api_key_file(&self) -> String {
        self.folder.path().join(API_KEY_FILE).display().to_string()
    }

    /// Stops all of it and removes the folder.
    pub(super) async fn clear(self) {
        self.service.shutdown().await;
        self.simulator.shutdown().await;
        drop(self.folder);
    }
}

/// What an operator would write into the configuration for these peers.
fn config(simulator: &Simulator, folder: &TempDir) -> Result<Config, String> {
    let url = |text: &str| HttpUrl::parse(text).map_err(|error| format!("{text}: {error}"));
    let mut config = Config::default();
    config.server.listen = std::net::SocketAddr::from((std::net::Ipv4Addr::LOCALHOST, 0));
    config.storage.path = folder.path().join("bitbucket-integration.sqlite");
    config.bitbucket.api_url = url(simulator.bitbucket_url())?;
    let mut tracker = TrackerConfig::new(acme::SENTRY_ORGANIZATION);
    tracker.url = url(simulator.sentry_url())?;
    tracker.token = Some(SecretString::from(acme::SENTRY_TOKEN.to_owned()));
    config.trackers.insert(TRACKER.to_owned(), tracker);
    Ok(config)
}
