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
const ROLLBACK: &str = "ROLLBACK";

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
    ///
    /// A savepoint makes the engine copy each page before its first change, and hardly ever is it needed: so the transaction is tried
    /// without any, and begun anew with them when an operation fails that had changed something before.
    pub(super) fn apply(&mut self, connection: &Connection) -> Result<(), BatchError> {
        if self.0.is_empty() {
            return Ok(());
        }
        if !self.attempt(connection, Savepoints::None)? {
            say(connection, ROLLBACK)?;
            self.attempt(connection, Savepoints::OfOperations)?;
        }
        Ok(())
    }

    /// Says whether it is done; not when an operation has to be taken back that has no savepoint. The transaction is still open then.
    fn attempt(
        &mut self,
        connection: &Connection,
        savepoints: Savepoints,
    ) -> Result<bool, BatchError> {
        say(connection, BEGIN)?;
        for operation in &mut self.0 {
            operation.outcome = transact(connection, &operation.steps, savepoints)?;
            if operation.outcome.is_none() {
                return Ok(false);
            }
        }
        say(connection, COMMIT)?;
        Ok(true)
    }

    /// Tells all callers their outcomes, or why the whole batch failed.
    pub(super) fn answer(self, verdict: &Result<(), StoreError>) {
        for pending in self.0 {
            pending.answer(verdict.clone());
        }
    }
}

/// What an operation can be taken back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Savepoints {
    None,
    OfOperations,
}

type Outcome = Result<Vec<Done>, StoreError>;

/// Carries out steps within the transaction, all or nothing; nothing comes back when they have to be taken back and can't be.
///
/// A single statement that fails takes itself back, and so does the first one of several.
fn transact(
    connection: &Connection,
    steps: &Steps,
    savepoints: Savepoints,
) -> Result<Option<Outcome>, BatchError> {
    let guarded = savepoints == Savepoints::OfOperations && steps.0.len() > 1;
    if guarded {
        say(connection, BEGIN_OPERATION)?;
    }
    let mut all = Vec::with_capacity(steps.0.len());
    let outcome = carry_out(connection, steps, &mut all);
    if connection.is_autocommit() {
        return Err(BatchError::GivenUp);
    }
    let half_done = outcome.is_err() && all.iter().any(|done| done.changed > 0);
    if half_done && !guarded {
        return Ok(None);
    }
    if guarded {
        if outcome.is_err() {
            say(connection, TAKE_BACK)?;
        }
        say(connection, END_OPERATION)?;
    }
    Ok(Some(outcome.map(|()| all)))
}

/// Carries out steps one after the other; `all` gets what each did.
fn carry_out(
    connection: &Connection,
    steps: &Steps,
    all: &mut Vec<Done>,
) -> Result<(), StoreError> {
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
    Ok(())
}

fn say(connection: &Connection, statement: &'static str) -> rusqlite::Result<()> {
    connection
        .prepare_cached(statement)?
        .raw_execute()
        .map(drop)
}
