//! `cargo xtask postgres`: the PostgreSQL that tests use, as one server for a whole test run.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::process::parent_id;
use std::process::Command;

use anyhow::Context as _;
use bitbucket_test_postgres::{Binaries, Lifetime, PostgresError, SERVER_VARIABLE, Server};

use crate::{Verdict, say};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Ends with the nextest run that called this, and tells nextest the server's folder
    #[arg(long)]
    for_nextest: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Verdict> {
    install()?;
    if arguments.for_nextest {
        return start_for_nextest();
    }
    let server = Server::start(Lifetime::OfThisProcess)?;
    say::line(format_args!(
        "{SERVER_VARIABLE}={}",
        server.folder().display()
    ));
    say::note("runs until its standard input ends or ctrl-c");
    let _ended = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
    Ok(Verdict::Good)
}

/// Installs the server when it is missing and we may.
pub(crate) fn install() -> anyhow::Result<()> {
    if !matches!(Binaries::find(), Err(PostgresError::NotInstalled)) {
        return Ok(());
    }
    say::note("PostgreSQL is not installed; $ apt-get install --yes postgresql");
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive");
        command.status().is_ok_and(|status| status.success())
    };
    let _stale_lists_may_do = apt(&["update", "--quiet"]);
    let _found_or_not_below = apt(&["install", "--quiet", "--yes", "postgresql"]);
    Binaries::find().map(drop).map_err(Into::into)
}

fn start_for_nextest() -> anyhow::Result<Verdict> {
    let file = environment("NEXTEST_ENV").context("NEXTEST_ENV is not set: nextest sets it")?;
    if environment(SERVER_VARIABLE).is_some() {
        return Ok(Verdict::Good);
    }
    let server = Server::start(Lifetime::OfProcess(parent_id()))?;
    let mut file = OpenOptions::new()
        .append(true)
        .open(&file)
        .with_context(|| format!("can't write {file}"))?;
    writeln!(file, "{SERVER_VARIABLE}={}", server.folder().display())?;
    Ok(Verdict::Good)
}

fn environment(name: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "nextest tells its scripts by the environment what they need"
    )]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
