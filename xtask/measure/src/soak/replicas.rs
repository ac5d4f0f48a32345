//! The processes that are killed.

use std::fs::OpenOptions;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use bitbucket_simulator::{Simulator, acme};
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::Arguments;
use super::proof::Keeper;
use crate::child::free_address;
use crate::dice::Dice;
use crate::seed;

/// How long a process may take to listen, or to stop.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(5);

/// Processes of the service on one database.
pub(super) struct Replicas {
    all: Vec<Replica>,
}

struct Replica {
    program: PathBuf,
    config: PathBuf,
    log: PathBuf,
    environment: Vec<(&'static str, String)>,
    address: SocketAddr,
    running: Child,
}

impl Replicas {
    pub(super) fn start(
        arguments: &Arguments,
        folder: &Path,
        keeper: &Keeper,
        simulator: &Simulator,
    ) -> anyhow::Result<Self> {
        let config = folder.join("bitbucket-integration.toml");
        // Leases and waits are short, so that what a killed process held is taken up soon.
        std::fs::write(
            &config,
            format!(
                "[bitbucket]\napi_url = \"{}\"\n\n[trackers.sentry]\nkind = \"sentry\"\nurl = \"{}\"\norganization = \"{}\"\ntoken_file = \"sentry-token\"\n\n\
                [jobs]\nlease = \"3s\"\nfirst_retry = \"100ms\"\nlongest_retry = \"2s\"\nmax_attempts = 1000\n\n[log]\nfilter = \"warn\"\n",
                simulator.bitbucket_url(),
                simulator.sentry_url(),
                acme::SENTRY_ORGANIZATION
            ),
        )?;
        std::fs::write(folder.join("sentry-token"), acme::SENTRY_TOKEN)?;
        let start = |number: usize| {
            let mut environment = keeper.environment();
            let address = free_address()?;
            environment.push(("BITBUCKET_INTEGRATION_SERVER_LISTEN", address.to_string()));
            Replica::start(
                &arguments.service,
                &config,
                folder.join(format!("service-{number}.log")),
                environment,
                address,
            )
        };
        let all = (0..arguments.replicas.max(1)).map(start);
        Ok(Self {
            all: all.collect::<anyhow::Result<_>>()?,
        })
    }

    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        self.all.iter().map(|replica| replica.address).collect()
    }

    /// Kills one of them, without any warning, and starts it again at once.
    pub(super) async fn kill_one(&mut self, dice: &mut Dice) -> anyhow::Result<()> {
        let which = dice.below(self.all.len());
        let replica = self.all.get_mut(which).context("no replica")?;
        replica.listens().await?;
        sleep(Duration::from_micros(dice.next() % 20_000)).await;
        replica.running.kill()?;
        replica.running.wait()?;
        replica.running = replica.spawn()?;
        Ok(())
    }

    /// Asks all of them to stop and waits until they have.
    pub(super) async fn stop(mut self) -> anyhow::Result<()> {
        for replica in &mut self.all {
            replica.listens().await?;
            let id = replica.running.id().to_string();
            Command::new("kill").args(["-TERM", &id]).status()?;
            let begin = Instant::now();
            while replica.running.try_wait()?.is_none() {
                ensure!(begin.elapsed() < PATIENCE, "a process does not stop");
                sleep(PAUSE).await;
            }
        }
        Ok(())
    }
}

impl Replica {
    fn start(
        program: &Path,
        config: &Path,
        log: PathBuf,
        environment: Vec<(&'static str, String)>,
        address: SocketAddr,
    ) -> anyhow::Result<Self> {
        let running = spawn(program, config, &log, &environment)?;
        Ok(Self {
            program: program.to_owned(),
            config: config.to_owned(),
            log,
            environment,
            address,
            running,
        })
    }

    fn spawn(&self) -> anyhow::Result<Child> {
        spawn(&self.program, &self.config, &self.log, &self.environment)
    }

    async fn listens(&mut self) -> anyhow::Result<()> {
        let begin = Instant::now();
        while TcpStream::connect(self.address).await.is_err() {
            let log = || std::fs::read_to_string(&self.log).unwrap_or_default();
            if let Some(status) = self.running.try_wait()? {
                anyhow::bail!("a process ended with {status}: {}", log());
            }
            ensure!(
                begin.elapsed() < PATIENCE,
                "a process does not listen: {}",
                log()
            );
            sleep(PAUSE).await;
        }
        Ok(())
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _gone = self.running.kill();
        let _reaped = self.running.wait();
    }
}

fn spawn(
    program: &Path,
    config: &Path,
    log: &Path,
    environment: &[(&'static str, String)],
) -> anyhow::Result<Child> {
    let mut command = Command::new(program);
    command
        .arg("serve")
        .arg("--config")
        .arg(config)
        .env("BITBUCKET_INTEGRATION_STORAGE_KEY", seed::STORAGE_KEY)
        .env("BITBUCKET_INTEGRATION_API_KEY", seed::API_KEY)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(OpenOptions::new().create(true).append(true).open(log)?);
    if let Some(folder) = config.parent() {
        command.current_dir(folder);
    }
    command
        .spawn()
        .with_context(|| format!("could not start {}", program.display()))
}
