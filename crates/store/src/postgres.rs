//! The engine of a service that has outgrown one machine: a PostgreSQL database that any number of replicas share.

mod execute;
mod hints;
mod open;
mod options;

use std::time::Duration;

use bitbucket_integration_provider::ports::StoreError;
use sqlx::Transaction;
use sqlx::postgres::PgPool;

use crate::columns::Row;
use crate::engine::Done;
use crate::error::from_engine;
use crate::statement::{Statement, Steps, Unless};

pub(crate) use self::open::open;
pub use self::options::{InvalidPostgresUrl, PostgresOptions};

/// How often work is begun anew that the server broke off in favour of a concurrent transaction.
const ATTEMPTS: u32 = 5;

/// A pool of connections.
#[derive(Debug)]
pub(crate) struct Postgres {
    pool: PgPool,
}

impl Postgres {
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, sqlx::Postgres>, sqlx::Error> {
        self.pool.begin().await
    }

    pub(crate) async fn change(&self, statement: &Statement) -> Result<u64, StoreError> {
        let mut attempt = 1;
        loop {
            let query = execute::query(statement);
            match query.execute(&self.pool).await {
                Ok(done) => return Ok(done.rows_affected()),
                Err(error) if gave_way(&error) && attempt < ATTEMPTS => pause(attempt).await,
                Err(error) => return Err(from_engine(error)),
            }
            attempt += 1;
        }
    }

    pub(crate) async fn transact(&self, steps: &Steps) -> Result<Vec<Done>, StoreError> {
        let mut attempt = 1;
        loop {
            match self.try_transact(steps).await {
                Err(Broken::Engine(error)) if gave_way(&error) && attempt < ATTEMPTS => {
                    pause(attempt).await;
                }
                Err(Broken::Engine(error)) => return Err(from_engine(error)),
                Err(Broken::Off(error)) => return Err(error),
                Ok(done) => return Ok(done),
            }
            attempt += 1;
        }
    }

    /// One step alone is a transaction by itself.
    async fn try_transact(&self, steps: &Steps) -> Result<Vec<Done>, Broken> {
        if let [step] = steps.0.as_slice() {
            let mut connection = self.pool.acquire().await?;
            let done = execute::execute(&step.statement, &mut connection).await?;
            return match &step.unless_any {
                Unless::Fail(error) if done.changed == 0 => Err(Broken::Off(error.clone())),
                Unless::GoOn | Unless::Stop | Unless::Fail(_) => Ok(vec![done]),
            };
        }
        let mut transaction = self.pool.begin().await?;
        let mut all = Vec::with_capacity(steps.0.len());
        for step in &steps.0 {
            let done = execute::execute(&step.statement, &mut transaction).await?;
            let none = done.changed == 0;
            all.push(done);
            match &step.unless_any {
                Unless::Stop if none => break,
                Unless::Fail(error) if none => {
                    transaction.rollback().await?;
                    return Err(Broken::Off(error.clone()));
                }
                Unless::GoOn | Unless::Stop | Unless::Fail(_) => {}
            }
        }
        transaction.commit().await?;
        Ok(all)
    }

    pub(crate) async fn rows(&self, query: &Statement) -> Result<Vec<Row>, StoreError> {
        let rows = execute::query(query).fetch_all(&self.pool).await;
        let rows = rows.map_err(from_engine)?;
        Ok(rows.into_iter().map(Row::Postgres).collect())
    }

    /// Finishes what was asked for and closes all connections.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Why a transaction has left nothing behind.
enum Broken {
    Engine(sqlx::Error),
    Off(StoreError),
}

impl From<sqlx::Error> for Broken {
    fn from(error: sqlx::Error) -> Self {
        Self::Engine(error)
    }
}

/// Whether the server took a transaction back because it stood in another one's way: a deadlock, or a serialization failure
/// (PostgreSQL's documentation, appendix A). Nothing of it is stored, and the same again will do.
fn gave_way(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    matches!(code.as_deref(), Some("40001" | "40P01"))
}

/// Two that stood in each other's way do so again when both go on at once; the server's own wait for a deadlock has set them apart.
async fn pause(attempt: u32) {
    tokio::time::sleep(Duration::from_millis(5) * attempt).await;
}

#[cfg(test)]
mod tests;
