//! What is written together: one transaction, a savepoint for every operation, answers after the commit.

use bitbucket_integration_provider::ports::StoreError;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::oneshot;

use super::execute::{self, execute_all};
use crate::engine::Done;
use crate::error::{Closed, from_engine, unavailable};
use crate::statement::{Statement, Steps, Unless};

/// How many equal changes go to the engine at once.
const LARGEST_GROUP: usize = 32;

const BEGIN: &str = "BEGIN IMMEDIATE; SAVEPOINT operation";
const KEEP: &str = "RELEASE operation; SAVEPOINT operation";
const TAKE_BACK: &str = "ROLLBACK TO operation";
const COMMIT: &str = "COMMIT";

/// Operations that wait for the next transaction.
#[derive(Default)]
pub(super) struct Batch {
    changes: Vec<Pending<Statement, u64>>,
    operations: Vec<Pending<Steps, Vec<Done>>>,
}

/// Work with its caller waiting for what comes of it.
pub(super) struct Pending<W, T> {
    work: W,
    outcome: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<W, T> Pending<W, T> {
    pub(super) const fn new(work: W, reply: oneshot::Sender<Result<T, StoreError>>) -> Self {
        Self {
            work,
            outcome: None,
            reply,
        }
    }

    /// Notes the outcome; says whether what was done is to be kept.
    fn ended(&mut self, outcome: Result<T, StoreError>) -> bool {
        self.outcome.insert(outcome).is_ok()
    }

    fn answer(self, batch: Result<(), StoreError>) {
        let outcome = || self.outcome.unwrap_or_else(|| Err(unavailable(Closed)));
        // The caller may have gone; what is stored stays.
        let _ = self.reply.send(batch.and_then(|()| outcome()));
    }
}

impl Batch {
    pub(super) fn push_change(&mut self, change: Pending<Statement, u64>) {
        self.changes.push(change);
    }

    pub(super) fn push_operation(&mut self, operation: Pending<Steps, Vec<Done>>) {
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
        let mut transaction = Transaction::begin(connection).await?;
        self.changes.sort_by(|one, next| kind(one).cmp(kind(next)));
        for alike in self
            .changes
            .chunk_by_mut(|one, next| kind(one) == kind(next))
        {
            apply_alike(alike, &mut transaction).await?;
        }
        for operation in &mut self.operations {
            let outcome = transact(&operation.work, transaction.operation().await?).await;
            let kept = operation.ended(outcome);
            transaction.settle(kept).await?;
        }
        transaction.commit().await
    }

    /// Tells all callers their outcomes, or why the whole batch failed.
    pub(super) fn answer(self, verdict: &Result<(), StoreError>) {
        for pending in self.changes {
            pending.answer(verdict.clone());
        }
        for pending in self.operations {
            pending.answer(verdict.clone());
        }
    }
}

/// What equal changes have in common.
fn kind(pending: &Pending<Statement, u64>) -> &str {
    pending.work.sql.sqlite()
}

/// Groups have a power of two of changes, so that the engine keeps few texts prepared.
async fn apply_alike(
    mut alike: &mut [Pending<Statement, u64>],
    transaction: &mut Transaction<'_>,
) -> Result<(), sqlx::Error> {
    while !alike.is_empty() {
        let size = (1 << alike.len().ilog2()).min(LARGEST_GROUP);
        let (group, rest) = alike.split_at_mut(size);
        apply_group(group, transaction).await?;
        alike = rest;
    }
    Ok(())
}

/// Tries the whole group at once; when one fails, takes the group back and makes its changes one by one.
async fn apply_group(
    group: &mut [Pending<Statement, u64>],
    transaction: &mut Transaction<'_>,
) -> Result<(), sqlx::Error> {
    let changes: Vec<&Statement> = group.iter().map(|pending| &pending.work).collect();
    let outcome = execute_all(&changes, transaction.operation().await?).await;
    transaction.settle(outcome.is_ok()).await?;
    if let Ok(rows) = outcome {
        group
            .iter_mut()
            .zip(rows)
            .for_each(|(pending, rows)| pending.outcome = Some(Ok(rows)));
        return Ok(());
    }
    for pending in group {
        let outcome = execute::execute(&pending.work, transaction.operation().await?).await;
        let kept = pending.ended(outcome.map(|done| done.changed).map_err(from_engine));
        transaction.settle(kept).await?;
    }
    Ok(())
}

/// Carries out steps one after the other.
async fn transact(
    steps: &Steps,
    connection: &mut SqliteConnection,
) -> Result<Vec<Done>, StoreError> {
    let mut all = Vec::with_capacity(steps.0.len());
    for step in &steps.0 {
        let done = execute::execute(&step.statement, connection).await;
        let done = done.map_err(from_engine)?;
        let none = done.changed == 0 && done.rows.is_empty();
        all.push(done);
        match &step.unless_any {
            Unless::Stop if none => break,
            Unless::Fail(error) if none => return Err(error.clone()),
            Unless::GoOn | Unless::Stop | Unless::Fail(_) => {}
        }
    }
    Ok(all)
}

/// An open transaction with a savepoint that the next operation can be taken back to.
struct Transaction<'c> {
    connection: &'c mut SqliteConnection,
    /// Whether something was done since the savepoint. It moves when the next operation begins, so that the last one needs no move.
    moved_on: bool,
}

impl<'c> Transaction<'c> {
    async fn begin(connection: &'c mut SqliteConnection) -> Result<Self, sqlx::Error> {
        execute(connection, BEGIN).await?;
        Ok(Self {
            connection,
            moved_on: false,
        })
    }

    /// The connection for the next operation.
    async fn operation(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        if std::mem::take(&mut self.moved_on) {
            execute(self.connection, KEEP).await?;
        }
        Ok(self.connection)
    }

    /// Ends an operation. Fails when it is to be taken back and the engine has given the transaction up.
    async fn settle(&mut self, kept: bool) -> Result<(), sqlx::Error> {
        if kept {
            self.moved_on = true;
            return Ok(());
        }
        execute(self.connection, TAKE_BACK).await
    }

    async fn commit(self) -> Result<(), sqlx::Error> {
        execute(self.connection, COMMIT).await
    }
}

async fn execute(
    connection: &mut SqliteConnection,
    statements: &'static str,
) -> Result<(), sqlx::Error> {
    sqlx::query(statements).execute(connection).await.map(drop)
}
