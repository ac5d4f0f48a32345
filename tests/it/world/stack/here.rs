//! Simulator and service as tasks of this process. The service's clock stands until the scenario moves it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bitbucket_integration::config::{self, Environment};
use bitbucket_integration::{Clock, Deps, RunningService, Service, SystemClock, SystemEntropy};
use bitbucket_simulator::{Control, Simulator, SimulatorConfig};
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use tempfile::TempDir;

use super::{DATABASE, Peers, configure, free_port};

/// Longer than the longest wait between two attempts.
const A_WHILE: Duration = Duration::from_secs(2 * 3600);

/// Everything in this process.
pub struct Here {
    simulator: Simulator,
    service: Mutex<Option<RunningService>>,
    clock: Arc<Standing>,
    config: PathBuf,
    url: String,
    api_key: String,
    folder: TempDir,
}

/// A clock that stands until it is moved.
struct Standing(Mutex<Timestamp>);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

impl Here {
    pub async fn start(more: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let simulator = Simulator::start(SimulatorConfig::acme()).await.unwrap();
        let peers = Peers {
            bitbucket: simulator.bitbucket_url().to_owned(),
            sentry: simulator.sentry_url().to_owned(),
        };
        let config = configure(&folder, &peers, free_port(), ("", more));
        let clock = Arc::new(Standing(Mutex::new(SystemClock.now())));
        let service = serve(&config, &clock).await;
        Self {
            url: service.url(),
            api_key: service.api_key().expose_secret().to_owned(),
            simulator,
            service: Mutex::new(Some(service)),
            clock,
            config,
            folder,
        }
    }

    pub fn control(&self) -> Control {
        self.simulator.control()
    }

    pub fn service_url(&self) -> &str {
        &self.url
    }

    pub fn api_key(&self) -> &str {
        &self.api_key
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join(DATABASE)
    }

    pub fn pass_the_longest_wait(&self) {
        {
            let mut now = self.clock.0.lock().unwrap();
            *now += A_WHILE;
        }
        if let Some(service) = self.service.lock().unwrap().as_ref() {
            service.wake();
        }
    }

    /// Moves the clock ahead, or back.
    pub fn jump(&self, by: SignedDuration) {
        {
            let mut now = self.clock.0.lock().unwrap();
            *now += by;
        }
        if let Some(service) = self.service.lock().unwrap().as_ref() {
            service.wake();
        }
    }

    pub async fn restart(&self) {
        self.halt().await;
        let service = serve(&self.config, &self.clock).await;
        assert_eq!(service.url(), self.url, "it comes back at the same address");
        *self.service.lock().unwrap() = Some(service);
    }

    pub async fn stop(self) {
        self.halt().await;
        self.simulator.shutdown().await;
    }

    async fn halt(&self) {
        let service = self.service.lock().unwrap().take();
        if let Some(service) = service {
            service.shutdown().await;
        }
    }
}

async fn serve(config: &Path, clock: &Arc<Standing>) -> RunningService {
    let environment = Environment::of(std::iter::empty::<(&str, &str)>());
    let loaded = config::load(Some(config), &environment).unwrap();
    let deps = Deps {
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        entropy: Arc::new(SystemEntropy::default()),
    };
    Service::start(loaded.config, deps).await.unwrap()
}
