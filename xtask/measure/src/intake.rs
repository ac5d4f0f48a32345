//! Pushes taken in by a server that is started for it: rates, latencies, processor time and memory of the server.

mod bare;
pub(crate) mod load;
pub(crate) mod push;
pub(crate) mod replicas;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, ensure};

pub(crate) use self::bare::{Bare, bare};
use self::load::{Load, Loaded};
use self::push::Proof;
use crate::child::{Started, free_address};
use crate::request::{CLIENT_KEY, SECRET};
use crate::sample::{Sample, number};
use crate::{process, seed};

/// What passes between two looks whether a server listens or has finished.
const PAUSE: Duration = Duration::from_millis(50);
/// How long the service may work on what it took in.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Our service's program; it gets a database of its own.
    #[arg(long, required_unless_present = "command")]
    service: Option<PathBuf>,
    /// How many repositories are in its database.
    #[arg(long, default_value_t = 1)]
    repositories: u64,
    /// Prove the sender by a Connect token instead of a signature over the body.
    #[arg(long)]
    token: bool,
    #[command(flatten)]
    load: Load,
    /// Another server, which takes pushes at `/hook`; it learns by the variables PORT, DATABASE, WEBHOOK_SECRET, CLIENT_KEY and
    /// SHARED_SECRET what it needs.
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

pub(crate) async fn run(arguments: &Arguments) -> anyhow::Result<Sample> {
    let folder = tempfile::tempdir()?;
    let database = folder.path().join("database.sqlite");
    let address = free_address()?;
    let mut command = server(arguments, address, &database).await?;
    let path = |repository| match arguments.service {
        Some(_) => format!("/webhooks/bitbucket/{}", seed::repository_id(repository)),
        None => "/hook".to_owned(),
    };
    let mut server = Started::spawn(&mut command)?;
    server.wait_for(address, PAUSE)?;
    let proof = if arguments.token {
        Proof::token(&path(0))?
    } else {
        Proof::signature()
    };
    let process = server.process();
    let before = process.cpu_seconds()?;
    let loaded = arguments.load.run(address, path, &proof, process).await?;
    ensure!(
        loaded.refused == 0,
        "{} of {} pushes were refused",
        loaded.refused,
        loaded.all
    );
    if arguments.service.is_some() {
        finished(address, loaded.all).await?;
    }
    let spent = process.cpu_seconds()? - before;
    summary(&loaded, spent, process)
}

async fn server(
    arguments: &Arguments,
    address: SocketAddr,
    database: &Path,
) -> anyhow::Result<Command> {
    if let Some(program) = &arguments.service {
        let pushed_to = seed::recorded(arguments.load.pushed_to);
        seed::database(database, arguments.repositories.max(pushed_to)).await?;
        return Ok(seed::service(program, address, database));
    }
    let (program, rest) = arguments.command.split_first().context("no server")?;
    let mut command = Command::new(program);
    command
        .args(rest)
        .env("PORT", address.port().to_string())
        .env("DATABASE", database)
        .env("WEBHOOK_SECRET", seed::HOOK_SECRET)
        .env("CLIENT_KEY", CLIENT_KEY)
        .env("SHARED_SECRET", SECRET)
        .stdout(std::process::Stdio::null());
    Ok(command)
}

/// Waits until the service has worked on everything that it took in.
async fn finished(address: SocketAddr, deliveries: u64) -> anyhow::Result<()> {
    let begin = tokio::time::Instant::now();
    loop {
        let status = load::get(address, "/api/v1/status", seed::API_KEY).await?;
        let jobs = status.get("jobs").context("the status has no jobs")?;
        let count = |state: &str| jobs.get(state).and_then(serde_json::Value::as_u64);
        ensure!(count("dead") == Some(0), "the service gave up jobs: {jobs}");
        if count("ready") == Some(0) && count("running") == Some(0) {
            // Jobs that are done may be swept, never more than there were.
            ensure!(
                count("done").is_some_and(|done| done <= deliveries),
                "other jobs than ours: {jobs}"
            );
            return Ok(());
        }
        ensure!(
            begin.elapsed() < PATIENCE,
            "the service still works: {jobs}"
        );
        tokio::time::sleep(PAUSE).await;
    }
}

fn summary(loaded: &Loaded, spent: f64, process: process::Process) -> anyhow::Result<Sample> {
    let milliseconds = |quantile: f64| {
        let micros = loaded.latencies.value_at_quantile(quantile);
        number(usize::try_from(micros).unwrap_or(usize::MAX)) / 1e3
    };
    let corrected = loaded.corrected_micros(0.99);
    let [all, counted] = [loaded.all, loaded.counted]
        .map(|count| number(usize::try_from(count).unwrap_or(usize::MAX)));
    let mut sample = Sample::of("per_cpu_second", all / spent)
        .with("cpu_seconds", spent)
        .with("p50_ms", milliseconds(0.5))
        .with("p99_ms", milliseconds(0.99))
        .with("p999_ms", milliseconds(0.999))
        .with("p99_corrected_ms", corrected / 1e3)
        .with("resident_mb", process.most_resident_mb()?);
    if loaded.window.as_secs_f64() > 0.0 {
        sample = sample
            .with("per_second", counted / loaded.window.as_secs_f64())
            .with("intake_per_cpu_second", counted / loaded.window_cpu);
    }
    Ok(sample)
}
