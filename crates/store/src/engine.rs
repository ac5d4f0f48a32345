//! What the ports need from an engine, whichever it is.

use bitbucket_integration_provider::ports::StoreError;

use crate::columns::Row;
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::statement::{Statement, Steps};

/// The engine that a store was opened with.
#[derive(Debug)]
pub(crate) enum Engine {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// What one step did.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// How many rows it changed, or returned when it is a query.
    pub(crate) changed: u64,
    /// The rows it returned.
    pub(crate) rows: Vec<Row>,
}

impl Engine {
    pub(crate) async fn change(&self, statement: Statement) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.change(statement).await,
            Self::Postgres(postgres) => postgres.change(&statement).await,
        }
    }

    pub(crate) async fn transact(&self, steps: Steps) -> Result<Vec<Done>, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.transact(steps).await,
            Self::Postgres(postgres) => postgres.transact(&steps).await,
        }
    }

    pub(crate) async fn rows(&self, query: Statement) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.rows(query).await,
            Self::Postgres(postgres) => postgres.rows(&query).await,
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(postgres) => postgres.close().await,
        }
    }
}
