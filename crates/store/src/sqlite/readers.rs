//! The connections that read. A look-up of a few rows is done where it is asked for, since a thread's hand-over costs more than the
//! look-up; whatever may take longer goes to a thread that may block.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bitbucket_integration_provider::ports::StoreError;
use rusqlite::{Connection, ErrorCode};
use tokio::sync::Semaphore;

use super::connect::{BUSY_TIMEOUT, Connector};
use super::execute::execute;
use crate::columns::Row;
use crate::error::{Closed, from_sqlite, unavailable};
use crate::statement::Statement;

/// How many reads run at once.
const READERS: u32 = 4;

/// Up to [`READERS`] connections, opened when they are needed.
#[derive(Debug, Clone)]
pub(crate) struct Readers {
    pool: Arc<Pool>,
    permits: Arc<Semaphore>,
}

#[derive(Debug)]
struct Pool {
    connector: Connector,
    free: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(connector: Connector) -> Self {
        Self {
            pool: Arc::new(Pool {
                connector,
                free: Mutex::default(),
            }),
            permits: Arc::new(Semaphore::new(READERS as usize)),
        }
    }

    /// All rows of a query.
    pub(super) async fn rows(&self, query: Statement) -> Result<Vec<Row>, StoreError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.map_err(|_| unavailable(Closed))?;
        if query.quick {
            match self.pool.rows(&query, Duration::ZERO) {
                // Somebody holds the file, and waiting for that is done elsewhere.
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {}
                outcome => return outcome.map_err(from_sqlite),
            }
        }
        let pool = Arc::clone(&self.pool);
        let read = tokio::task::spawn_blocking(move || {
            let outcome = pool.rows(&query, BUSY_TIMEOUT);
            drop(permit);
            outcome
        });
        let outcome = read.await.map_err(unavailable)?;
        outcome.map_err(from_sqlite)
    }

    /// Waits for the reads that run, and takes no more.
    pub(super) async fn close(&self) {
        let all = self.permits.acquire_many(READERS).await;
        self.permits.close();
        self.pool.free().clear();
        drop(all);
    }
}

impl Pool {
    fn rows(&self, query: &Statement, patience: Duration) -> rusqlite::Result<Vec<Row>> {
        let rested = self.free().pop();
        let connection = match rested {
            Some(connection) => connection,
            None => self.connector.reader()?,
        };
        connection.busy_timeout(patience)?;
        let done = execute(&connection, query)?;
        self.free().push(connection);
        Ok(done.rows)
    }

    fn free(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
