//! Why a store could not be opened.

use std::io;
use std::path::PathBuf;

use sqlx::migrate::MigrateError;

use crate::sealing::{KeyId, VaultError};

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file or its folder can't be made or written.
    #[error("can't write the database file {}", path.display())]
    File {
        /// The database file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no database, is damaged, or stays locked.
    #[error("can't use the database file {}", path.display())]
    Database {
        /// The database file.
        path: PathBuf,
        /// What the engine said.
        source: sqlx::Error,
    },
    /// The PostgreSQL server can't be reached, or refused what it was asked.
    #[error("can't use the PostgreSQL database {database}")]
    Server {
        /// The database by name and host, without a password.
        database: String,
        /// What the server or the system said.
        source: sqlx::Error,
    },
    /// The PostgreSQL server is too old.
    #[error("the PostgreSQL server is of version {found}; version {needed} or later is needed")]
    OldServer {
        /// Its main version.
        found: u32,
        /// The oldest that is supported.
        needed: u32,
    },
    /// A newer version of this program wrote to the database.
    #[error(
        "the database has schema version {found}, this program knows versions up to {known}: start the newer program, or restore a backup"
    )]
    NewerSchema {
        /// The version of the database that this program doesn't know.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// The database was made by a program whose schema of this version is another one.
    #[error("schema version {version} of the database is not the one this program knows")]
    ForeignSchema {
        /// The version that differs.
        version: i64,
    },
    /// The schema could not be brought up to date. The database is as it was.
    #[error("can't bring the schema of the database up to date")]
    Migration(#[source] MigrateError),
    /// The secrets in the database were sealed with another key.
    #[error(
        "the secrets in the database were sealed with key {sealed_with}, the given key is {given}"
    )]
    WrongKey {
        /// The key that is needed.
        sealed_with: KeyId,
        /// The key that was given.
        given: KeyId,
    },
    /// What proves the key is damaged, or the cipher failed.
    #[error("the key can't be checked: {reason}")]
    Key {
        /// What was wrong.
        reason: String,
    },
}

impl OpenError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "database_file",
            Self::Database { .. } => "database_unusable",
            Self::Server { .. } => "database_server",
            Self::OldServer { .. } => "database_server_old",
            Self::NewerSchema { .. } => "database_newer_schema",
            Self::ForeignSchema { .. } => "database_foreign_schema",
            Self::Migration(_) => "database_migration",
            Self::WrongKey { .. } => "database_wrong_key",
            Self::Key { .. } => "database_key",
        }
    }
}

impl From<VaultError> for OpenError {
    fn from(error: VaultError) -> Self {
        Self::Key {
            reason: error.to_string(),
        }
    }
}
