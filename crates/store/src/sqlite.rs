//! The embedded engine: one SQLite file, one thread that writes, connections that read.
//!
//! Opening, copying and moving are done with `sqlx`, as for PostgreSQL. The work in between calls the engine in place, since a
//! statement takes less time than it takes to hand it to another thread.

mod backup;
mod batch;
mod checkpoints;
mod connect;
mod execute;
mod open;
mod readers;
mod writer;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use bitbucket_integration_provider::ports::StoreError;
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};

use self::readers::Readers;
use self::writer::Writer;
use crate::columns::Row;
use crate::engine::Done;
use crate::statement::{Statement, Steps};

pub use self::backup::{BackupError, back_up, restore};
pub(crate) use self::execute::SqliteRow;
pub(crate) use self::open::open;

/// One file: a thread that writes, and readers.
#[derive(Debug)]
pub(crate) struct Sqlite {
    writer: Writer,
    readers: Readers,
    path: PathBuf,
}

impl Sqlite {
    pub(crate) async fn change(&self, statement: Statement) -> Result<u64, StoreError> {
        let done = self.transact(Steps::new().then(statement)).await?;
        Ok(done.iter().map(|done| done.changed).sum())
    }

    pub(crate) async fn transact(&self, steps: Steps) -> Result<Vec<Done>, StoreError> {
        self.writer.transact(steps).await
    }

    pub(crate) async fn rows(&self, query: Statement) -> Result<Vec<Row>, StoreError> {
        self.readers.rows(query).await
    }

    /// Connections for reading whole tables.
    pub(crate) fn whole(&self) -> SqlitePool {
        SqlitePoolOptions::new()
            .max_connections(1)
            .connect_lazy_with(open::options(&self.path).pragma("query_only", "ON"))
    }

    /// Finishes the writes that were asked for and closes the file.
    pub(crate) async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}
