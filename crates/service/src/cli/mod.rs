//! The command line.

mod args;
mod client;
mod config;
mod connect;
mod disconnect;
mod explain;
mod issue;
mod jobs;
mod keys;
mod output;
mod release;
mod repositories;
mod repository;
pub(crate) mod serve;
mod source;
mod status;
mod storage;

#[cfg(test)]
mod tests;

use std::process::ExitCode;

use clap::Parser as _;
use tokio::runtime::Builder;

#[cfg(feature = "demo")]
pub(crate) use args::DemoArgs;
pub use args::{Cli, Command};
#[cfg(feature = "demo")]
pub(crate) use client::ApiClient;

use crate::config::Environment;

pub(crate) use output::{Output, paint};

/// Why a command did not succeed; each variant is an exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// What was asked was tried and failed: exit code 1.
    Failed(String),
    /// What was given can't be used: exit code 2, as for wrong arguments.
    Usage(String),
    /// The service can't be reached: exit code 3.
    Unreachable(String),
}

impl Failure {
    pub(crate) const fn code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::Unreachable(_) => 3,
        }
    }

    pub(crate) fn message(&self) -> &str {
        match self {
            Self::Failed(message) | Self::Usage(message) | Self::Unreachable(message) => message,
        }
    }
}

/// Runs the command that the process was called with; says how it went.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let output = Output;
    let runtime = match Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output.problem(&format!("can't start: {error}"));
            return ExitCode::from(1);
        }
    };
    match runtime.block_on(execute(cli, &output)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.problem(failure.message());
            ExitCode::from(failure.code())
        }
    }
}

async fn execute(cli: Cli, output: &Output) -> Result<(), Failure> {
    let environment = Environment::of_process();
    let file = cli.config.as_deref();
    match cli.command {
        Command::Serve => serve::run(file, &environment, output).await,
        #[cfg(feature = "demo")]
        Command::Demo(args) => crate::demo::run(&args, output).await,
        Command::Connect(args) => connect::run(args, file, &environment, output).await,
        Command::Disconnect(args) => disconnect::run(&args, file, &environment, output).await,
        Command::Repository { action } => repository::run(action, file, &environment, output).await,
        Command::Source { action } => source::run(action, file, &environment, output).await,
        Command::Issue { action } => issue::run(action, file, &environment, output).await,
        Command::Release(args) => release::run(args, file, &environment, output).await,
        Command::Jobs(args) => jobs::run(args, file, &environment, output).await,
        Command::Backup { copy } => storage::back_up(&copy, file, &environment, output).await,
        Command::Restore(args) => storage::restore(&args, file, &environment, output).await,
        Command::Import(args) => storage::import(&args, file, &environment, output).await,
        Command::Migrate => storage::migrate(file, &environment, output).await,
        Command::Keys { action } => keys::run(action, file, &environment, output).await,
        Command::Status(args) => status::run(args, file, &environment, output).await,
        Command::Config { action } => config::run(&action, file, &environment, output).await,
        Command::Openapi => output.json(&crate::api::document()),
        Command::Explain(args) => explain::run(&args, file, &environment, output),
    }
}
