//! `cargo xtask soak`: the service under load, killed again and again, and what is found in the end.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use bitbucket_test_postgres::{Database, Lifetime, Server};

use crate::step::Step;
use crate::{Verdict, postgres, say};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Kill processes of the service at random moments.
    #[arg(long)]
    kill: bool,
    /// What keeps everything.
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Engine,
    /// How often a process is killed; 50 with SQLite, 20 with PostgreSQL.
    #[arg(long, requires = "kill")]
    kills: Option<u64>,
    /// How many pushes are to be accepted.
    #[arg(long, default_value_t = 100_000)]
    deliveries: u64,
    /// How many processes share the database; 3 with PostgreSQL, one with SQLite.
    #[arg(long)]
    replicas: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<Verdict> {
    let shared = arguments.engine == Engine::Postgres;
    let replicas = arguments.replicas.unwrap_or(if shared { 3 } else { 1 });
    ensure!(
        shared || replicas == 1,
        "several processes share a PostgreSQL database only: --engine postgres"
    );
    let kills = match (arguments.kill, arguments.kills) {
        (false, _) => 0,
        (true, Some(kills)) => kills,
        (true, None) => {
            if shared {
                20
            } else {
                50
            }
        }
    };
    let built = Step::cargo("build --release -p measure -p bitbucket-integration").run(root)?;
    ensure!(built, "the programs could not be built");
    let release = root.join("target/release");
    let mut soak = Command::new(release.join("measure"));
    soak.arg("soak")
        .arg("--service")
        .arg(release.join("bitbucket-integration"))
        .args(["--deliveries", &arguments.deliveries.to_string()])
        .args(["--kills", &kills.to_string()]);
    // The server lives as long as this does.
    let _server = if shared {
        postgres::install()?;
        let server = Server::start(Lifetime::OfThisProcess)?;
        let database = Database::create(server.folder())?;
        soak.args(["--postgres", database.url().as_str()])
            .args(["--replicas", &replicas.to_string()]);
        Some((server, database))
    } else {
        None
    };
    say::note(format_args!(
        "{} pushes to {replicas} process(es), {kills} kills",
        arguments.deliveries
    ));
    let ended = soak.status().context("could not start measure")?;
    Ok(Verdict::of(ended.success()))
}
