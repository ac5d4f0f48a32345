//! The embedded engine: one SQLite file, one task that writes, a pool that reads.

mod backup;
mod batch;
mod execute;
mod open;
mod writer;

#[cfg(test)]
mod tests;

use bitbucket_integration_provider::ports::StoreError;
use sqlx::sqlite::SqlitePool;

use self::writer::Writer;
use crate::columns::Row;
use crate::engine::Done;
use crate::error::from_engine;
use crate::statement::{Statement, Steps};

pub use self::backup::{BackupError, back_up, restore};
pub(crate) use self::open::open;

/// One file: a task that writes, and readers.
#[derive(Debug)]
pub(crate) struct Sqlite {
    writer: Writer,
    readers: SqlitePool,
}

impl Sqlite {
    pub(crate) async fn change(&self, statement: Statement) -> Result<u64, StoreError> {
        self.writer.change(statement).await
    }

    pub(crate) async fn transact(&self, steps: Steps) -> Result<Vec<Done>, StoreError> {
        self.writer.transact(steps).await
    }

    pub(crate) async fn rows(&self, query: &Statement) -> Result<Vec<Row>, StoreError> {
        let rows = execute::query(query).fetch_all(&self.readers).await;
        let rows = rows.map_err(from_engine)?;
        Ok(rows.into_iter().map(Row::Sqlite).collect())
    }

    pub(crate) const fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// Finishes the writes that were asked for and closes the file.
    pub(crate) async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}
