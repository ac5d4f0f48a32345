//! What is done to the database itself.

use std::path::PathBuf;

use clap::Args;

/// `restore`
#[derive(Debug, Clone, Args)]
pub struct RestoreArgs {
    /// A file that `backup` made
    #[arg(value_name = "FILE")]
    pub copy: PathBuf,
    /// Also when there is a database already, which is lost then
    #[arg(long)]
    pub replace: bool,
}

/// `import`
#[derive(Debug, Clone, Args)]
pub struct ImportArgs {
    /// The SQLite file of a service that is stopped
    #[arg(value_name = "FILE")]
    pub from: PathBuf,
}
