//! The embedded engine: one SQLite file, one task that writes, a pool that reads.

mod api_keys;
mod batch;
mod change;
mod columns;
mod commits;
mod deliveries;
mod effects;
mod error;
mod installations;
mod jobs;
mod listings;
mod migrations;
mod open;
mod releases;
mod repositories;
mod writer;

#[cfg(test)]
mod tests;

use std::path::Path;

use bitbucket_integration_provider::ports::StoreError;
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqlitePool, SqliteRow};

use self::error::SqliteError;
use self::writer::Writer;
use crate::sealing::{SecretKey, Vault};

pub use self::open::OpenError;

/// A statement with its values.
type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;

/// Everything the integration remembers, in one SQLite file. Implements every storage port.
///
/// Times are kept to the millisecond.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Writer,
    readers: SqlitePool,
    vault: Vault,
}

impl SqliteStore {
    /// Opens the database file, or makes it (readable by its owner only) together with missing folders, and brings its schema up to
    /// date. Must be called inside a Tokio runtime.
    ///
    /// # Errors
    /// [`OpenError`] when the file can't be used, was written by a newer version, or holds secrets of another key. Nothing is changed
    /// in a database that is refused.
    pub async fn open(path: impl AsRef<Path>, key: SecretKey) -> Result<Self, OpenError> {
        open::open(path.as_ref(), &key).await
    }

    /// Finishes the writes that were asked for and closes the file. Later calls answer [`StoreError::Unavailable`].
    pub async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }

    /// The only row of a query, if there is one.
    async fn row(&self, query: Statement<'_>) -> Result<Option<SqliteRow>, StoreError> {
        query
            .fetch_optional(&self.readers)
            .await
            .map_err(|error| SqliteError::from(error).into())
    }

    /// All rows of a query.
    async fn rows(&self, query: Statement<'_>) -> Result<Vec<SqliteRow>, StoreError> {
        query
            .fetch_all(&self.readers)
            .await
            .map_err(|error| SqliteError::from(error).into())
    }

    /// The only row of a query, read.
    async fn one<T>(
        &self,
        query: Statement<'_>,
        read: impl Fn(&SqliteRow) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        self.row(query).await?.as_ref().map(read).transpose()
    }

    /// All rows of a query, read.
    async fn all<T>(
        &self,
        query: Statement<'_>,
        read: impl Fn(&SqliteRow) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.rows(query).await?.iter().map(read).collect()
    }
}
