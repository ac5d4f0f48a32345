//! The one task that writes: it takes all operations that wait and commits them together.
//!
//! Every operation of a batch runs under its own savepoint in one `BEGIN IMMEDIATE` transaction, so that a failing one takes back only
//! what it did itself, and is answered after the commit, so that an answer always tells of durable data. An operation runs to its end
//! also when its caller has gone.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bitbucket_integration_provider::ports::StoreError;
use futures_util::FutureExt as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::{mpsc, oneshot, watch};

use super::error::{Closed, Panicked, SqliteError, unavailable};

/// How many operations share one transaction at most.
const LARGEST_BATCH: usize = 256;
/// How many operations may wait before callers do.
const QUEUE: usize = 1024;
/// A batch that takes longer is worth a line in the log.
const SLOW: Duration = Duration::from_millis(500);

const BEGIN: &str = "BEGIN IMMEDIATE; SAVEPOINT operation";
const KEEP: &str = "RELEASE operation; SAVEPOINT operation";
const TAKE_BACK: &str = "ROLLBACK TO operation";
const COMMIT: &str = "COMMIT";
const TAKE_BACK_AND_COMMIT: &str = "ROLLBACK TO operation; COMMIT";

/// What an operation does, borrowed from the connection it does it on.
pub(crate) type Running<'c, T> = Pin<Box<dyn Future<Output = Result<T, SqliteError>> + Send + 'c>>;

/// Hands operations to the task that writes.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Message>,
    finished: watch::Receiver<()>,
}

enum Message {
    Write(Box<dyn Operation>),
    Close,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Write(_) => "Write(..)",
            Self::Close => "Close",
        })
    }
}

impl Writer {
    /// Starts the task on a connection that is ready for work, and on further ones with the same options when that one fails.
    pub(crate) fn start(connection: SqliteConnection, options: SqliteConnectOptions) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let (running, finished) = watch::channel(());
        let task = WriterTask {
            waiting,
            connection: Some(connection),
            options,
            _running: running,
        };
        tokio::spawn(task.run());
        Self { queue, finished }
    }

    /// Runs an operation inside a transaction; when this returns, what it did is durable.
    pub(crate) async fn write<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Running<'c, T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let pending = Pending {
            run: Some(operation),
            outcome: None,
            reply,
        };
        self.queue
            .send(Message::Write(Box::new(pending)))
            .await
            .map_err(|_| unavailable(Closed))?;
        answer.await.map_err(|_| unavailable(Closed))?
    }

    /// Takes no more operations, finishes those that wait, and closes the connection.
    pub(crate) async fn close(&self) {
        // Both calls fail only when the task has ended, which is what is wanted.
        let _ = self.queue.send(Message::Close).await;
        let _ = self.finished.clone().changed().await;
    }
}

/// An operation with its caller waiting, whatever type it answers.
#[async_trait]
trait Operation: Send {
    /// Runs the operation; says whether what it did is to be kept.
    async fn apply(&mut self, connection: &mut SqliteConnection) -> bool;

    /// Tells the caller the outcome, or why the whole batch failed.
    fn answer(self: Box<Self>, batch: Result<(), StoreError>);
}

struct Pending<T, F> {
    run: Option<F>,
    outcome: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

#[async_trait]
impl<T, F> Operation for Pending<T, F>
where
    T: Send,
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> Running<'c, T> + Send,
{
    async fn apply(&mut self, connection: &mut SqliteConnection) -> bool {
        let Some(run) = self.run.take() else {
            return false;
        };
        let outcome = AssertUnwindSafe(async { run(connection).await })
            .catch_unwind()
            .await;
        let outcome = outcome.map_or_else(
            |_| Err(unavailable(Panicked)),
            |outcome| outcome.map_err(StoreError::from),
        );
        self.outcome.insert(outcome).is_ok()
    }

    fn answer(self: Box<Self>, batch: Result<(), StoreError>) {
        let Self { outcome, reply, .. } = *self;
        // The caller may have gone; what is stored stays.
        let _ =
            reply.send(batch.and_then(|()| outcome.unwrap_or_else(|| Err(unavailable(Closed)))));
    }
}

struct WriterTask {
    waiting: mpsc::Receiver<Message>,
    connection: Option<SqliteConnection>,
    options: SqliteConnectOptions,
    /// Dropped when the task ends, which is what `close` waits for.
    _running: watch::Sender<()>,
}

impl WriterTask {
    async fn run(mut self) {
        let mut messages = Vec::with_capacity(LARGEST_BATCH);
        while self.waiting.recv_many(&mut messages, LARGEST_BATCH).await > 0 {
            let mut batch = Vec::with_capacity(messages.len());
            for message in messages.drain(..) {
                match message {
                    Message::Write(operation) => batch.push(operation),
                    Message::Close => self.waiting.close(),
                }
            }
            self.commit(batch).await;
        }
        if let Some(connection) = self.connection.take() {
            close(connection).await;
        }
    }

    async fn commit(&mut self, mut batch: Vec<Box<dyn Operation>>) {
        let started = Instant::now();
        let outcome = match self.connect().await {
            Ok(mut connection) => {
                let outcome = apply(&mut connection, &mut batch).await;
                self.keep(connection, outcome.is_ok()).await;
                outcome
            }
            Err(error) => Err(error),
        };
        report(&outcome, batch.len(), started.elapsed());
        let verdict = outcome.map_err(|error| StoreError::Unavailable(Arc::new(error)));
        for operation in batch {
            operation.answer(verdict.clone());
        }
    }

    /// The connection of the last batch, or a new one when that failed.
    async fn connect(&mut self) -> Result<SqliteConnection, sqlx::Error> {
        match self.connection.take() {
            Some(connection) => Ok(connection),
            None => self.options.connect().await,
        }
    }

    /// Closing a connection takes back whatever its failed batch left open, whichever statement it failed at.
    async fn keep(&mut self, connection: SqliteConnection, healthy: bool) {
        if healthy {
            self.connection = Some(connection);
        } else {
            close(connection).await;
        }
    }
}

/// Runs a batch in one transaction. An error means that nothing of it is stored.
async fn apply(
    connection: &mut SqliteConnection,
    batch: &mut [Box<dyn Operation>],
) -> Result<(), sqlx::Error> {
    let Some((last, others)) = batch.split_last_mut() else {
        return Ok(());
    };
    execute(connection, BEGIN).await?;
    for operation in others {
        let kept = operation.apply(connection).await;
        execute(connection, if kept { KEEP } else { TAKE_BACK }).await?;
    }
    let kept = last.apply(connection).await;
    execute(connection, if kept { COMMIT } else { TAKE_BACK_AND_COMMIT }).await
}

async fn execute(
    connection: &mut SqliteConnection,
    statements: &'static str,
) -> Result<(), sqlx::Error> {
    sqlx::query(statements).execute(connection).await.map(drop)
}

async fn close(connection: SqliteConnection) {
    if let Err(error) = connection.close().await {
        tracing::warn!(error = %error, "closing the database connection failed");
    }
}

fn report(outcome: &Result<(), sqlx::Error>, operations: usize, elapsed: Duration) {
    let duration_ms = elapsed.as_millis();
    if let Err(error) = outcome {
        tracing::error!(batch.operations = operations, batch.duration_ms = duration_ms, %error, "a batch of writes failed");
    } else if elapsed >= SLOW {
        tracing::warn!(
            batch.operations = operations,
            batch.duration_ms = duration_ms,
            "a batch of writes was slow"
        );
    }
}
