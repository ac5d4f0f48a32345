#![doc = include_str!("../README.md")]

mod binaries;
mod database;
mod server;
mod user;

pub use binaries::Binaries;
pub use database::{Database, SERVER_VARIABLE};
pub use server::{Lifetime, Server};

use std::io;
use std::path::PathBuf;

/// Why there is no server or no database.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// The server is not installed.
    #[error(
        "PostgreSQL's server is not installed, and tests need it: `apt-get install postgresql` (or your system's package), \
         or set PG_BINDIR to the folder with `initdb` and `postgres`"
    )]
    NotInstalled,
    /// A program can't be started.
    #[error("can't start {}", program.display())]
    Start {
        /// Which program.
        program: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A program failed.
    #[error("{what} failed: {output}")]
    Failed {
        /// What was tried.
        what: &'static str,
        /// What it said.
        output: String,
    },
    /// The server's folder can't be made.
    #[error("can't make the folder {}", path.display())]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}
