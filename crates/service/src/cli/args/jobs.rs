//! `jobs …`

use clap::{Args, Subcommand};

use super::ServerArgs;

/// `jobs`
#[derive(Debug, Clone, Args)]
pub struct JobsArgs {
    /// What else to do.
    #[command(subcommand)]
    pub action: Option<JobsAction>,
    /// Only jobs in this state
    #[arg(long, value_parser = ["ready", "running", "done", "dead"])]
    pub state: Option<String>,
    /// How many, the newest first
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=500))]
    pub limit: u16,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `jobs …`
#[derive(Debug, Clone, Subcommand)]
pub enum JobsAction {
    /// Forget jobs that were given up; they can't be replayed any more
    Purge(PurgeArgs),
    /// Put a job that was given up back into the queue
    Replay {
        /// The job's id, as `jobs --state dead` shows it
        id: String,
        /// The service.
        #[command(flatten)]
        server: ServerArgs,
    },
}

/// `jobs purge`
#[derive(Debug, Clone, Args)]
pub struct PurgeArgs {
    /// Only jobs that were given up at least so many days ago
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(0..=36500))]
    pub older_than_days: u32,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}
