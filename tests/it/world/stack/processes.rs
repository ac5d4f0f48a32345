//! Simulator and service as the programs that people run. Waits are short because nobody can move their clock.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use bitbucket_simulator::Control;
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use super::{DATABASE, Peers, configure, free_port};

/// Short enough that a scenario sees retries, and jobs that were left behind taken up; long enough that it can do something between two of
/// them.
const WAITS: &str = "first_retry = \"100ms\"\nlongest_retry = \"400ms\"\nlease = \"3s\"";

/// How long a program may take to be ready, and to stop.
const PATIENCE: Duration = Duration::from_secs(20);

/// Everything in processes of its own.
pub struct Processes {
    simulator: Process,
    service: Mutex<Option<Process>>,
    program: String,
    config: PathBuf,
    control_url: String,
    url: String,
    api_key: String,
    folder: TempDir,
}

/// A child that is killed when nobody waits for it any more.
struct Process(Child);

impl Processes {
    pub async fn start(service: String, simulator: String, more: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let ready = folder.path().join("simulator.out");
        let simulator = Process::start(
            Command::new(simulator),
            &ready,
            &folder.path().join("simulator.err"),
        );
        let addresses = addresses(&ready).await;
        let address = |name: &str| {
            addresses[name]
                .as_str()
                .unwrap_or_else(|| panic!("no {name} in {addresses}"))
                .to_owned()
        };
        let peers = Peers {
            bitbucket: address("bitbucket"),
            sentry: address("sentry"),
        };
        let port = free_port();
        let config = configure(&folder, &peers, port, (WAITS, more));
        let started = Self {
            simulator,
            service: Mutex::new(None),
            program: service,
            config,
            control_url: address("control"),
            url: format!("http://127.0.0.1:{port}"),
            api_key: String::new(),
            folder,
        };
        started.serve(port).await;
        let api_key = std::fs::read_to_string(started.folder.path().join("data/api.key"))
            .unwrap()
            .trim()
            .to_owned();
        Self { api_key, ..started }
    }

    pub fn control(&self) -> Control {
        Control::new(&self.control_url)
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

    pub async fn restart(&self) {
        self.halt().await;
        let port = self.url.rsplit(':').next().unwrap().parse().unwrap();
        self.serve(port).await;
    }

    pub async fn stop(self) -> String {
        self.halt().await;
        self.simulator.stop().await;
        std::fs::read_to_string(self.folder.path().join("service.log")).unwrap()
    }

    async fn serve(&self, port: u16) {
        let log = self.folder.path().join("service.log");
        let mut command = Command::new(&self.program);
        command
            .arg("serve")
            .arg("--config")
            .arg(&self.config)
            .current_dir(self.folder.path());
        *self.service.lock().unwrap() = Some(Process::start(command, &log, &log));
        let end = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(
                Instant::now() < end,
                "the service is not ready: {}",
                std::fs::read_to_string(&log).unwrap()
            );
            sleep(Duration::from_millis(10)).await;
        }
    }

    async fn halt(&self) {
        let service = self.service.lock().unwrap().take();
        if let Some(service) = service {
            service.stop().await;
        }
    }
}

impl Process {
    fn start(mut command: Command, out: &Path, err: &Path) -> Self {
        command
            .stdin(Stdio::null())
            .stdout(appending(out))
            .stderr(appending(err));
        Self(
            command
                .spawn()
                .unwrap_or_else(|error| panic!("{command:?} does not start: {error}")),
        )
    }

    /// Asks it to stop, as an operator does, and waits until it has.
    async fn stop(mut self) {
        let asked = Command::new("kill")
            .arg("-TERM")
            .arg(self.0.id().to_string())
            .status()
            .unwrap();
        assert!(asked.success(), "the program had ended by itself");
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                assert!(status.success(), "it ended with {status}");
                return;
            }
            assert!(Instant::now() < end, "it does not stop");
            sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

fn appending(path: &Path) -> File {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .unwrap()
}

/// The line of JSON that the simulator prints when it is ready.
async fn addresses(path: &Path) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let text = std::fs::read_to_string(path).unwrap();
        if let Some(line) = text.lines().next().filter(|_| text.contains('\n')) {
            return serde_json::from_str(line).unwrap();
        }
        assert!(Instant::now() < end, "the simulator is not ready");
        sleep(Duration::from_millis(10)).await;
    }
}
