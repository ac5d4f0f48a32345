//! Measures one figure of the workspace's crates, or of a program beside them, and prints it as one JSON line.
//!
//! `cargo xtask bench` calls it, pairs what it measures, and prints the table.

mod child;
mod claims;
mod clock;
mod data;
mod dice;
mod diff_text;
mod diffs;
mod durable;
mod intake;
mod listing;
mod messages;
mod path;
mod process;
mod release;
mod request;
mod sample;
mod scan;
mod seed;
mod soak;
mod start;
mod tokens;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Measures one figure and prints it as one JSON line: values by name, each name with its unit.
#[derive(Debug, Parser)]
#[command(name = "measure", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    figure: Figure,
}

#[derive(Debug, Subcommand)]
enum Figure {
    /// Writes what is measured with, the same in every run: messages, diffs, the request that is signed.
    Data(data::Arguments),
    /// Signing and verifying Connect requests.
    Tokens(tokens::Arguments),
    /// Spelling an address.
    Path(path::Arguments),
    /// Finding references in commit messages.
    Scan(scan::Arguments),
    /// Reading the changed files of a diff.
    Diff(diffs::Arguments),
    /// Commits and changed files of a release, from a simulated Bitbucket that takes its time.
    Release(release::Arguments),
    /// All repositories of a large workspace, from pages that are made up.
    Listing(listing::Arguments),
    /// Pushes taken in by a server that is started for it.
    Intake(intake::Arguments),
    /// Pushes taken in by replicas on one PostgreSQL database.
    Replicas(intake::replicas::Arguments),
    /// What making deliveries durable costs by itself.
    Durable(durable::Arguments),
    /// From starting the service to its first answer, with repositories in its database.
    Start(start::Arguments),
    /// Claiming jobs when many wait.
    Claims(claims::Arguments),
    /// The service under load, killed again and again; fails when anything accepted is lost or done twice.
    Soak(soak::Arguments),
    /// A simulated Bitbucket with a history, until it is killed.
    #[command(hide = true)]
    Simulate(release::World),
    /// A server that checks signatures and keeps nothing, until it is killed.
    #[command(hide = true)]
    Bare(intake::Bare),
}

fn main() -> anyhow::Result<()> {
    let sample = match Cli::parse().figure {
        Figure::Data(arguments) => data::run(&arguments)?,
        Figure::Tokens(arguments) => tokens::run(&arguments)?,
        Figure::Path(arguments) => path::run(&arguments)?,
        Figure::Scan(arguments) => scan::run(&arguments)?,
        Figure::Diff(arguments) => diffs::run(&arguments)?,
        Figure::Release(arguments) => block_on(release::run(&arguments))?,
        Figure::Listing(arguments) => block_on(listing::run(&arguments))?,
        Figure::Intake(arguments) => block_on(intake::run(&arguments))?,
        Figure::Replicas(arguments) => block_on(intake::replicas::run(&arguments))?,
        Figure::Durable(arguments) => durable::run(&arguments)?,
        Figure::Start(arguments) => start::run(&arguments)?,
        Figure::Claims(arguments) => block_on(claims::run(&arguments))?,
        Figure::Soak(arguments) => block_on(soak::run(&arguments))?,
        Figure::Simulate(world) => return block_on(release::simulate(&world)),
        Figure::Bare(arguments) => return block_on(intake::bare(&arguments)),
    };
    sample.print()
}

fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(work)
}

/// This program, to start it again in another role.
fn this_program() -> anyhow::Result<PathBuf> {
    Ok(std::env::current_exe()?)
}
