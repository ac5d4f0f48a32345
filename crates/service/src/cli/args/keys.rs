//! `keys …`

use clap::{Args, Subcommand};

use super::{ListArgs, ServerArgs};

/// `keys …`
#[derive(Debug, Clone, Subcommand)]
pub enum KeysAction {
    /// Make a key of the API; it is printed once and never again
    #[command(
        after_help = "Examples:\n  bitbucket-integration keys create pipelines --scope write --days 90\n  bitbucket-integration keys create dashboard > dashboard.key"
    )]
    Create(CreateKeyArgs),
    /// List the keys of the API
    List(ListArgs),
    /// Encrypt all stored secrets with the current storage key, while the service runs
    #[command(
        after_help = "Before: give every process the new key as `key_file` and the old one as `previous_key_file` in [storage].\nAfter: take `previous_key_file` away."
    )]
    Rotate,
    /// Refuse a key from now on
    Revoke {
        /// The key's id, as `keys list` shows it
        id: String,
        /// The service.
        #[command(flatten)]
        server: ServerArgs,
    },
}

/// `keys create`
#[derive(Debug, Clone, Args)]
pub struct CreateKeyArgs {
    /// What people call it
    pub name: String,
    /// What it may do: look; also publish releases and replay jobs; also connect, follow and manage keys
    #[arg(long, value_parser = ["read", "write", "admin"], default_value = "read")]
    pub scope: String,
    /// After how many days it is refused [default: never]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub days: Option<u32>,
    /// Print the key and what is remembered of it as JSON
    #[arg(long)]
    pub json: bool,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}
