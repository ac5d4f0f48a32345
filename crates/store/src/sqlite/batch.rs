//! What is written together: one transaction, a savepoint for every operation, answers after the commit.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;

use async_trait::async_trait;
use bitbucket_integration_provider::ports::StoreError;
use futures_util::FutureExt as _;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::oneshot;

use super::change::{self, Change};
use super::error::{Closed, Panicked, SqliteError, unavailable};

/// How many equal changes go to the engine at once.
const LARGEST_GROUP: usize = 32;

const BEGIN: &str = "BEGIN IMMEDIATE; SAVEPOINT operation";
const KEEP: &str = "RELEASE operation; SAVEPOINT operation";
const TAKE_BACK: &str = "ROLLBACK TO operation";
const COMMIT: &str = "COMMIT";

/// What an operation does, borrowed from the connection it does it on.
pub(crate) type Running<'c, T> = Pin<Box<dyn Future<Output = Result<T, SqliteError>> + Send + 'c>>;

/// Operations that wait for the next transaction.
#[derive(Default)]
pub(super) struct Batch {
    changes: Vec<PendingChange>,
    operations: Vec<Box<dyn Operation>>,
}

/// A change with its caller waiting.
pub(super) struct PendingChange {
    change: Change,
    outcome: Option<Result<u64, StoreError>>,
    reply: oneshot::Sender<Result<u64, StoreError>>,
}

/// An operation with its caller waiting, whatever type it answers.
#[async_trait]
pub(super) trait Operation: Send {
    /// Runs the operation; says whether what it did is to be kept.
    async fn apply(&mut self, connection: &mut SqliteConnection) -> bool;

    /// Tells the caller the outcome, or why the whole batch failed.
    fn answer(self: Box<Self>, batch: Result<(), StoreError>);
}

/// An operation of one type.
pub(super) struct PendingOperation<T, F> {
    run: Option<F>,
    outcome: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl PendingChange {
    pub(super) const fn new(
        change: Change,
        reply: oneshot::Sender<Result<u64, StoreError>>,
    ) -> Self {
        Self {
            change,
            outcome: None,
            reply,
        }
    }

    async fn apply(&mut self, connection: &mut SqliteConnection) -> bool {
        let outcome = self.change.execute(connection).await;
        self.outcome
            .insert(outcome.map_err(|error| SqliteError::from(error).into()))
            .is_ok()
    }
}

impl<T, F> PendingOperation<T, F> {
    pub(super) const fn new(run: F, reply: oneshot::Sender<Result<T, StoreError>>) -> Self {
        Self {
            run: Some(run),
            outcome: None,
            reply,
        }
    }
}

#[async_trait]
impl<T, F> Operation for PendingOperation<T, F>
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
        answer(batch, outcome, reply);
    }
}

fn answer<T>(
    batch: Result<(), StoreError>,
    outcome: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
) {
    // The caller may have gone; what is stored stays.
    let _ = reply.send(batch.and_then(|()| outcome.unwrap_or_else(|| Err(unavailable(Closed)))));
}

impl Batch {
    pub(super) fn push_change(&mut self, change: PendingChange) {
        self.changes.push(change);
    }

    pub(super) fn push_operation(&mut self, operation: Box<dyn Operation>) {
        self.operations.push(operation);
    }

    pub(super) const fn len(&self) -> usize {
        self.changes.len() + self.operations.len()
    }

    /// Runs everything in one transaction. An error means that nothing of it is stored.
    ///
    /// The operations were asked for at the same time, so their order is free: equal changes come together.
    pub(super) async fn apply(
        &mut self,
        connection: &mut SqliteConnection,
    ) -> Result<(), sqlx::Error> {
        if self.len() == 0 {
            return Ok(());
        }
        execute(connection, BEGIN).await?;
        self.changes.sort_by_key(|pending| pending.change.kind());
        for alike in self
            .changes
            .chunk_by_mut(|one, next| one.change.kind() == next.change.kind())
        {
            apply_alike(alike, connection).await?;
        }
        for operation in &mut self.operations {
            let kept = operation.apply(connection).await;
            settle(connection, kept).await?;
        }
        execute(connection, COMMIT).await
    }

    /// Tells all callers their outcomes, or why the whole batch failed.
    pub(super) fn answer(self, verdict: &Result<(), StoreError>) {
        for pending in self.changes {
            answer(verdict.clone(), pending.outcome, pending.reply);
        }
        for operation in self.operations {
            operation.answer(verdict.clone());
        }
    }
}

/// Groups have a power of two of changes, so that the engine keeps few texts prepared.
async fn apply_alike(
    mut alike: &mut [PendingChange],
    connection: &mut SqliteConnection,
) -> Result<(), sqlx::Error> {
    while !alike.is_empty() {
        let size = (1 << alike.len().ilog2()).min(LARGEST_GROUP);
        let (group, rest) = alike.split_at_mut(size);
        apply_group(group, connection).await?;
        alike = rest;
    }
    Ok(())
}

/// Tries the whole group at once; when one fails, takes the group back and makes its changes one by one.
async fn apply_group(
    group: &mut [PendingChange],
    connection: &mut SqliteConnection,
) -> Result<(), sqlx::Error> {
    let changes: Vec<&Change> = group.iter().map(|pending| &pending.change).collect();
    let outcome = change::execute_all(&changes, connection).await;
    settle(connection, outcome.is_ok()).await?;
    if let Ok(rows) = outcome {
        group
            .iter_mut()
            .zip(rows)
            .for_each(|(pending, rows)| pending.outcome = Some(Ok(rows)));
        return Ok(());
    }
    for pending in group {
        let kept = pending.apply(connection).await;
        settle(connection, kept).await?;
    }
    Ok(())
}

/// Ends an operation and begins the next one. Fails when the engine has given the transaction up.
async fn settle(connection: &mut SqliteConnection, kept: bool) -> Result<(), sqlx::Error> {
    execute(connection, if kept { KEEP } else { TAKE_BACK }).await
}

async fn execute(
    connection: &mut SqliteConnection,
    statements: &'static str,
) -> Result<(), sqlx::Error> {
    sqlx::query(statements).execute(connection).await.map(drop)
}
