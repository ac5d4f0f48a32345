//! The program beside a simulated Bitbucket and tracker.

use std::path::Path;

use bitbucket_simulator::control::{NewCommit, Push};
use bitbucket_simulator::{Delivery, Simulator, SimulatorConfig, acme};
use serde_json::Value;
use tempfile::TempDir;

use super::{PATIENCE, Serving, run};

/// Both, and the folder in which the program is started.
pub(crate) struct Beside {
    pub(crate) simulator: Simulator,
    pub(crate) folder: TempDir,
}

impl Beside {
    /// `more` is added to the configuration.
    pub(crate) async fn start(more: &str) -> Self {
        let simulator = Simulator::start(SimulatorConfig::acme()).await.unwrap();
        let folder = TempDir::new().unwrap();
        let config = format!(
            "[bitbucket]\napi_url = \"{}\"\n[trackers.sentry]\nurl = \"{}\"\norganization = \"acme\"\ntoken_file = \"sentry-token\"\n{more}\n",
            simulator.bitbucket_url(),
            simulator.sentry_url()
        );
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
        write("bitbucket-integration.toml", &config).unwrap();
        write("sentry-token", acme::SENTRY_TOKEN).unwrap();
        write("access-token", acme::ACCESS_TOKEN).unwrap();
        Self { simulator, folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a command that must end well; gives what it printed.
    pub(crate) fn told(&self, serving: &Serving, line: &str) -> String {
        let server = ("BITBUCKET_INTEGRATION_SERVER", serving.url.as_str());
        let (code, printed, said) = run(self.path(), &[server], line);
        assert_eq!(code, 0, "{line}: {said}");
        printed
    }

    /// Connects the workspace and follows its repository.
    pub(crate) fn follow(&self, serving: &Serving) {
        self.told(serving, "connect acme --access-token-file access-token");
        self.told(serving, "repository add acme/rocket --project rocket");
    }

    /// Somebody pushes a commit that names an issue; gives the delivery with its answer.
    pub(crate) async fn push(&self, label: &str) -> Delivery {
        let commit = NewCommit::new(label, "Fixes ROCKET-1A");
        let push = Push::to(acme::REPOSITORY).commits("main", [commit]);
        let pushed = self.simulator.control().push(&push).await.unwrap();
        pushed.deliveries.into_iter().next().unwrap()
    }

    /// How many notes the issue has.
    pub(crate) async fn notes(&self) -> usize {
        let issue = self.simulator.control().issue("ROCKET-1A").await.unwrap();
        issue.notes.len()
    }

    /// Waits until the queue has so many jobs in this state.
    pub(crate) fn wait_for(&self, serving: &Serving, state: &str, count: u64) {
        let end = std::time::Instant::now() + PATIENCE;
        loop {
            let status = self.told(serving, "status --json");
            let status: Value = serde_json::from_str(&status).unwrap();
            if status["jobs"][state] == count {
                return;
            }
            assert!(std::time::Instant::now() < end, "{state}: {status}");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}
