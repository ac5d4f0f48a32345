//! The one task that writes: it takes all operations that wait and commits them together.
//!
//! A failing operation takes back only what it did itself, an answer is given after the commit and so tells of durable data, and an
//! operation runs to its end also when its caller has gone.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bitbucket_integration_provider::ports::StoreError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::{mpsc, oneshot, watch};

use super::batch::{Batch, Pending};
use crate::engine::Done;
use crate::error::{Closed, unavailable};
use crate::statement::{Statement, Steps};

/// How many operations share one transaction at most.
const LARGEST_BATCH: usize = 256;
/// How many operations may wait before callers do.
const QUEUE: usize = 1024;
/// A batch that takes longer is worth a line in the log.
const SLOW: Duration = Duration::from_millis(500);

/// Hands operations to the task that writes.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Message>,
    finished: watch::Receiver<()>,
}

enum Message {
    Change(Pending<Statement, u64>),
    Operation(Pending<Steps, Vec<Done>>),
    Close,
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

    /// Makes a change; says how many rows it changed. When this returns, they are durable.
    pub(crate) async fn change(&self, change: Statement) -> Result<u64, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.send(Message::Change(Pending::new(change, reply)))
            .await?;
        answer.await.map_err(|_| unavailable(Closed))?
    }

    /// Carries out steps, all or nothing. When this returns, what they did is durable.
    pub(crate) async fn transact(&self, steps: Steps) -> Result<Vec<Done>, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.send(Message::Operation(Pending::new(steps, reply)))
            .await?;
        answer.await.map_err(|_| unavailable(Closed))?
    }

    /// Takes no more operations, finishes those that wait, and closes the connection.
    pub(crate) async fn close(&self) {
        // Both calls fail only when the task has ended, which is what is wanted.
        let _ = self.queue.send(Message::Close).await;
        let _ = self.finished.clone().changed().await;
    }

    async fn send(&self, message: Message) -> Result<(), StoreError> {
        self.queue
            .send(message)
            .await
            .map_err(|_| unavailable(Closed))
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
            let mut batch = Batch::default();
            for message in messages.drain(..) {
                match message {
                    Message::Change(change) => batch.push_change(change),
                    Message::Operation(operation) => batch.push_operation(operation),
                    Message::Close => self.waiting.close(),
                }
            }
            self.commit(batch).await;
        }
        if let Some(connection) = self.connection.take() {
            close(connection).await;
        }
    }

    async fn commit(&mut self, mut batch: Batch) {
        let started = Instant::now();
        let outcome = match self.connect().await {
            Ok(mut connection) => {
                let outcome = batch.apply(&mut connection).await;
                self.keep(connection, outcome.is_ok()).await;
                outcome
            }
            Err(error) => Err(error),
        };
        report(&outcome, batch.len(), started.elapsed());
        let verdict = outcome.map_err(|error| StoreError::Unavailable(Arc::new(error)));
        batch.answer(&verdict);
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
