//! What is written together: one transaction, answers after the commit.

use bitbucket_integration_provider::ports::StoreError;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::execute::execute;
use crate::engine::Done;
use crate::error::{Closed, from_sqlite, unavailable};
use crate::statement::{Steps, Unless};

const BEGIN: &str = "BEGIN IMMEDIATE";
const BEGIN_OPERATION: &str = "SAVEPOINT operation";
const TAKE_BACK: &str = "ROLLBACK TO operation";
const END_OPERATION: &str = "RELEASE operation";
const COMMIT: &str = "COMMIT";

/// Nothing of a batch is stored.
#[derive(Debug, thiserror::Error)]
pub(super) enum BatchError {
    #[error(transparent)]
    Engine(#[from] rusqlite::Error),
    /// As it does when the disk is full (sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction").
    #[error("the engine gave the transaction up")]
    GivenUp,
}

/// Operations that wait for the next transaction.
#[derive(Default)]
pub(super) struct Batch(Vec<Pending>);

/// Steps with their caller waiting for what comes of them.
pub(super) struct Pending {
    steps: Steps,
    outcome: Option<Result<Vec<Done>, StoreError>>,
    reply: oneshot::Sender<Result<Vec<Done>, StoreError>>,
}

impl Pending {
    pub(super) const fn new(
        steps: Steps,
        reply: oneshot::Sender<Result<Vec<Done>, StoreError>>,
    ) -> Self {
        Self {
            steps,
            outcome: None,
            reply,
        }
    }

    fn answer(self, batch: Result<(), StoreError>) {
        let outcome = || self.outcome.unwrap_or_else(|| Err(unavailable(Closed)));
        // The caller may have gone; what is stored stays.
        let _ = self.reply.send(batch.and_then(|()| outcome()));
    }
}

impl Batch {
    pub(super) fn push(&mut self, operation: Pending) {
        self.0.push(operation);
    }

    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    /// Runs everything in one transaction. An error means that nothing of it is stored.
    pub(super) fn apply(&mut self, connection: &Connection) -> Result<(), BatchError> {
        if self.0.is_empty() {
            return Ok(());
        }
        say(connection, BEGIN)?;
        for operation in &mut self.0 {
            operation.outcome = Some(transact(connection, &operation.steps)?);
        }
        Ok(say(connection, COMMIT)?)
    }

    /// Tells all callers their outcomes, or why the whole batch failed.
    pub(super) fn answer(self, verdict: &Result<(), StoreError>) {
        for pending in self.0 {
            pending.answer(verdict.clone());
        }
    }
}

/// Carries out steps within the transaction, all or nothing. A single statement that fails takes itself back; several need a savepoint.
fn transact(
    connection: &Connection,
    steps: &Steps,
) -> Result<Result<Vec<Done>, StoreError>, BatchError> {
    let several = steps.0.len() > 1;
    if several {
        say(connection, BEGIN_OPERATION)?;
    }
    let outcome = carry_out(connection, steps);
    if connection.is_autocommit() {
        return Err(BatchError::GivenUp);
    }
    if several {
        if outcome.is_err() {
            say(connection, TAKE_BACK)?;
        }
        say(connection, END_OPERATION)?;
    }
    Ok(outcome)
}

/// Carries out steps one after the other.
fn carry_out(connection: &Connection, steps: &Steps) -> Result<Vec<Done>, StoreError> {
    let mut all = Vec::with_capacity(steps.0.len());
    for step in &steps.0 {
        let done = execute(connection, &step.statement).map_err(from_sqlite)?;
        let none = done.changed == 0;
        all.push(done);
        match &step.unless_any {
            Unless::Stop if none => break,
            Unless::Fail(error) if none => return Err(error.clone()),
            Unless::GoOn | Unless::Stop | Unless::Fail(_) => {}
        }
    }
    Ok(all)
}

fn say(connection: &Connection, statement: &'static str) -> rusqlite::Result<()> {
    connection
        .prepare_cached(statement)?
        .raw_execute()
        .map(drop)
}
