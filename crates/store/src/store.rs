//! The store: an engine with the vault that seals its secrets.

use std::path::Path;
use std::sync::Arc;

use bitbucket_integration_provider::ports::StoreError;

use crate::columns::Row;
use crate::engine::{Done, Engine};
use crate::observer::{Observed, Operation, StoreObserver};
use crate::open_error::OpenError;
use crate::ports::requests::Reserved;
use crate::ports::{self, Turn};
use crate::postgres::{self, PostgresOptions};
use crate::sealing::{SecretKeys, Vault};
use crate::sqlite;
use crate::statement::{Statement, Steps};

/// Everything the integration remembers, in one SQLite file or in a PostgreSQL database. Implements every storage port.
///
/// Times are kept to the millisecond.
#[derive(Debug)]
pub struct Store {
    pub(crate) engine: Engine,
    pub(crate) vault: Vault,
    pub(crate) turn: Turn,
    pub(crate) reserved: Reserved,
    observed: Observed,
}

impl Store {
    /// Opens the SQLite file, or makes it (readable by its owner only) together with missing folders, and brings its schema up to
    /// date. Must be called inside a Tokio runtime.
    ///
    /// # Errors
    /// [`OpenError`] when the file can't be used, was written by a newer version, or holds secrets of another key. Nothing is changed
    /// in a database that is refused.
    pub async fn open_sqlite(
        path: impl AsRef<Path>,
        keys: impl Into<SecretKeys>,
    ) -> Result<Self, OpenError> {
        let vault = Vault::new(&keys.into())?;
        let engine = sqlite::open(path.as_ref(), &vault).await?;
        Ok(Self {
            engine: Engine::Sqlite(engine),
            vault,
            turn: Turn::default(),
            reserved: Reserved::default(),
            observed: Observed::default(),
        })
    }

    /// Connects to a PostgreSQL database and brings its schema up to date, one process at a time. Must be called inside a Tokio runtime.
    ///
    /// # Errors
    /// [`OpenError`] when the database can't be reached, is older than PostgreSQL 15, was written by a newer version, or holds secrets of
    /// another key. Nothing is changed in a database that is refused.
    pub async fn open_postgres(
        options: &PostgresOptions,
        keys: impl Into<SecretKeys>,
    ) -> Result<Self, OpenError> {
        let vault = Vault::new(&keys.into())?;
        let engine = postgres::open(options, &vault).await?;
        Ok(Self {
            engine: Engine::Postgres(engine),
            vault,
            turn: Turn::default(),
            reserved: Reserved::default(),
            observed: Observed::default(),
        })
    }

    /// Tells `observer` how long the engine takes from now on; the first observer stays.
    pub fn observe(&self, observer: Arc<dyn StoreObserver>) {
        self.observed.by(observer);
    }

    /// Writes a row and takes it away again, durably: what a database that can be read may refuse, as when its disk is full, it stands by
    /// for another one, or somebody keeps it locked.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with the engine's reason.
    pub async fn try_write(&self) -> Result<(), StoreError> {
        self.transact(ports::requests::probe()).await.map(drop)
    }

    /// Finishes the writes that were asked for and lets go of the database. Later calls answer [`StoreError::Unavailable`].
    pub async fn close(&self) {
        self.engine.close().await;
    }

    /// Carries out one statement; says how many rows it changed. When this returns, they are durable.
    pub(crate) async fn change(&self, statement: Statement) -> Result<u64, StoreError> {
        let change = self.engine.change(statement);
        self.observed.timed(Operation::Change, change).await
    }

    /// Carries out steps together; says what each did that was reached. When this returns, it is durable.
    pub(crate) async fn transact(&self, steps: Steps) -> Result<Vec<Done>, StoreError> {
        let steps = self.engine.transact(steps);
        self.observed.timed(Operation::Transaction, steps).await
    }

    /// How many rows one statement inserts. PostgreSQL is asked over a wire and takes 65,535 values in a statement; SQLite writes single
    /// rows faster, as one that fails leaves nothing to be taken back.
    pub(crate) const fn rows_at_once(&self) -> usize {
        match self.engine {
            Engine::Sqlite(_) => 1,
            Engine::Postgres(_) => 256,
        }
    }

    /// All rows of a query.
    pub(crate) async fn rows(&self, query: Statement) -> Result<Vec<Row>, StoreError> {
        let rows = self.engine.rows(query);
        self.observed.timed(Operation::Read, rows).await
    }

    /// The only row of a query, read.
    pub(crate) async fn one<T>(
        &self,
        query: Statement,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let rows = self.rows(query).await?;
        rows.first().map(read).transpose()
    }

    /// All rows of a query, read.
    pub(crate) async fn all<T>(
        &self,
        query: Statement,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.rows(query).await?.iter().map(read).collect()
    }
}
