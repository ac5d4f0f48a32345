//! Pushes taken in by replicas that share one PostgreSQL database.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::ensure;
use bitbucket_test_postgres::{Database, Lifetime, Server};
use futures_util::future::try_join_all;

use super::load::{Load, Loaded};
use super::push::Proof;
use super::{PAUSE, finished};
use crate::child::{Started, free_address};
use crate::sample::{Sample, number};
use crate::seed;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Our service's program.
    #[arg(long)]
    service: PathBuf,
    /// How many processes share the database, and the connections.
    #[arg(long, default_value_t = 1)]
    replicas: u32,
    #[command(flatten)]
    load: Load,
}

/// Starts a private server, which leaves it to the system when its files reach the disk, and replicas on a database of it.
pub(crate) async fn run(arguments: &Arguments) -> anyhow::Result<Sample> {
    ensure!(arguments.replicas > 0, "there must be a replica");
    let folder = tempfile::tempdir()?;
    let server = Server::start(Lifetime::OfThisProcess)?;
    let database = Database::create(server.folder())?;
    let repositories = seed::recorded(arguments.load.pushed_to);
    seed::shared_database(&database.url(), repositories).await?;
    let mut replicas = Vec::new();
    for _ in 0..arguments.replicas {
        replicas.push(start(arguments, folder.path(), &database.url())?);
    }
    for (process, address) in &mut replicas {
        process.wait_for(*address, PAUSE)?;
    }
    let proof = Proof::signature();
    let parts = replicas.iter().enumerate().map(|(n, (process, address))| {
        let load = arguments.load.part_of(arguments.replicas, n);
        load.run(*address, address_of, &proof, process.process())
    });
    let begun = Instant::now();
    let loaded = try_join_all(parts).await?;
    let all: u64 = loaded.iter().map(|one| one.all).sum();
    let refused: u64 = loaded.iter().map(|one| one.refused).sum();
    ensure!(refused == 0, "{refused} of {all} pushes were refused");
    if let Some((_, address)) = replicas.first() {
        finished(*address, all).await?;
    }
    let all = number(usize::try_from(all)?);
    let settled = all / begun.elapsed().as_secs_f64();
    Ok(summary(&loaded).with("settled_per_second", settled))
}

/// Where pushes to a repository go.
fn address_of(repository: u64) -> String {
    format!("/webhooks/bitbucket/{}", seed::repository_id(repository))
}

fn start(
    arguments: &Arguments,
    folder: &Path,
    database: &str,
) -> anyhow::Result<(Started, SocketAddr)> {
    let address = free_address()?;
    let mut command = Command::new(&arguments.service);
    command
        .arg("serve")
        .env("DATABASE_URL", database)
        .env("BITBUCKET_INTEGRATION_SERVER_LISTEN", address.to_string())
        .env("BITBUCKET_INTEGRATION_STORAGE_KEY", seed::STORAGE_KEY)
        .env("BITBUCKET_INTEGRATION_API_KEY", seed::API_KEY)
        .env("BITBUCKET_INTEGRATION_LOG_FILTER", "warn")
        .current_dir(folder)
        .stdout(Stdio::null());
    Ok((Started::spawn(&mut command)?, address))
}

/// The rate of all of them, and the processor time that each took within the window.
fn summary(loaded: &[Loaded]) -> Sample {
    let rate = |one: &Loaded| {
        let counted = number(usize::try_from(one.counted).unwrap_or(usize::MAX));
        counted / one.window.as_secs_f64()
    };
    let spent: f64 = loaded.iter().map(|one| one.window_cpu).sum();
    let each = spent / number(loaded.len());
    let rate: f64 = loaded.iter().map(rate).sum();
    let seconds = loaded.first().map_or(0.0, |one| one.window.as_secs_f64());
    Sample::of("per_second", rate)
        .with("cpu_seconds_each", each)
        .with("per_cpu_second", rate * seconds / spent)
}
