//! The one thread that writes: it takes all operations that wait and commits them together.
//!
//! A failing operation takes back only what it did itself, an answer is given after the commit and so tells of durable data, and an
//! operation runs to its end also when its caller has gone.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use bitbucket_integration_provider::ports::StoreError;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use super::batch::{Batch, BatchError, Pending};
use super::checkpoints::Checkpoints;
use super::connect::Connector;
use crate::engine::Done;
use crate::error::{Closed, unavailable};
use crate::statement::Steps;

/// How many operations share one transaction at most.
const LARGEST_BATCH: usize = 256;
/// How many operations may wait before callers do.
const QUEUE: usize = 1024;
/// A batch that takes longer is worth a line in the log.
const SLOW: Duration = Duration::from_millis(500);

/// Hands operations to the thread that writes.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Message>,
    finished: watch::Receiver<()>,
}

enum Message {
    Operation(Pending),
    Close,
}

impl Writer {
    /// Starts the thread on a connection that is ready for work, and on further ones when that one fails.
    pub(crate) fn start(connection: Connection, connector: Connector) -> io::Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let (running, finished) = watch::channel(());
        let work = WriterThread {
            waiting,
            connection: Some(connection),
            checkpoints: Checkpoints::start(connector.clone())?,
            connector,
            _running: running,
        };
        // The thread ends with the queue; `close` waits for that.
        thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(|| work.run())?;
        Ok(Self { queue, finished })
    }

    /// Carries out steps, all or nothing. When this returns, what they did is durable.
    pub(crate) async fn transact(&self, steps: Steps) -> Result<Vec<Done>, StoreError> {
        let (reply, answer) = oneshot::channel();
        let operation = Message::Operation(Pending::new(steps, reply));
        let sent = self.queue.send(operation).await;
        sent.map_err(|_| unavailable(Closed))?;
        answer.await.map_err(|_| unavailable(Closed))?
    }

    /// Takes no more operations, finishes those that wait, and closes the connection.
    pub(crate) async fn close(&self) {
        // Both calls fail only when the thread has ended, which is what is wanted.
        let _ = self.queue.send(Message::Close).await;
        let _ = self.finished.clone().changed().await;
    }
}

struct WriterThread {
    waiting: mpsc::Receiver<Message>,
    connection: Option<Connection>,
    connector: Connector,
    checkpoints: Checkpoints,
    /// Dropped last when the thread ends, which is what `close` waits for.
    _running: watch::Sender<()>,
}

impl WriterThread {
    fn run(mut self) {
        let mut messages = Vec::with_capacity(LARGEST_BATCH);
        while self
            .waiting
            .blocking_recv_many(&mut messages, LARGEST_BATCH)
            > 0
        {
            let mut batch = Batch::default();
            for message in messages.drain(..) {
                match message {
                    Message::Operation(operation) => batch.push(operation),
                    Message::Close => self.waiting.close(),
                }
            }
            self.commit(batch);
        }
    }

    fn commit(&mut self, mut batch: Batch) {
        let started = Instant::now();
        let outcome = self.apply(&mut batch);
        report(&outcome, batch.len(), started.elapsed());
        self.checkpoints.written(batch.len());
        let verdict = outcome.map_err(|error| StoreError::Unavailable(Arc::new(error)));
        batch.answer(&verdict);
    }

    /// A connection stays only after success: closing it takes back whatever its failed batch left open, whichever statement it failed
    /// at.
    fn apply(&mut self, batch: &mut Batch) -> Result<(), BatchError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connector.writer()?,
        };
        batch.apply(&connection)?;
        self.connection = Some(connection);
        Ok(())
    }
}

fn report(outcome: &Result<(), BatchError>, operations: usize, elapsed: Duration) {
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
