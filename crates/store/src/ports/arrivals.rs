//! Deliveries that are done as they are stored: with their finished job, what they told, and what follows.

use bitbucket_integration_provider::ports::{Delivery, Learned, NewJob, StoreError};

use super::commits::{self, USUAL_ROWS};
use super::deliveries::{self, row};
use crate::Store;
use crate::columns::json;
use crate::engine::Engine;
use crate::statement::{Statement, Steps};

/// The finished job, unless an open one comes before it or the delivery is here already.
pub(crate) const COMPLETED: &str = "
    INSERT INTO jobs (id, key, installation, work, state, attempts, lease, run_at, ordering_key, finished_at)
    SELECT ?, ?, ?, ?, 'done', 1, 1, ?, ?, ?
    WHERE (SELECT seq FROM jobs WHERE ordering_key >= ? AND ordering_key <= ? AND finished_at IS NULL ORDER BY ordering_key, seq LIMIT 1) IS NULL
        AND NOT EXISTS (SELECT 1 FROM deliveries WHERE installation = ? AND dedupe_key = ?)
    ON CONFLICT (key) DO NOTHING";
/// PostgreSQL: the delivery, the same way.
const DELIVERY: &str = "
    INSERT INTO deliveries (id, installation, repository, source, event_key, dedupe_key, attempt, received_at, body)
    SELECT ?::uuid, ?::uuid, ?::uuid, ?, ?, ?, ?::bigint, ?::bigint, ?::bytea
    WHERE (SELECT seq FROM jobs WHERE ordering_key >= ? AND ordering_key <= ? AND finished_at IS NULL ORDER BY ordering_key, seq LIMIT 1) IS NULL
    ON CONFLICT (installation, dedupe_key) DO NOTHING
    RETURNING id";
const JOB: &str = "
    INSERT INTO jobs (id, key, installation, work, state, attempts, lease, run_at, ordering_key, finished_at)
    SELECT ?::uuid, ?, ?::uuid, ?, 'done', 1, 1, ?::bigint, ?, ?::bigint FROM delivery
    ON CONFLICT (key) DO NOTHING";
const COMMITS: &str = "
    INSERT INTO commits (repository, sha, message, author_name, author_email, author_account_id, committed_at, branch, recorded_at)
    SELECT told.* FROM delivery CROSS JOIN (VALUES ";
const COMMIT: &str = "(?::uuid, ?, ?, ?, ?, ?, ?::bigint, ?, ?::bigint)";
const UNLESS_KNOWN: &str = ") AS told ON CONFLICT (repository, sha) DO NOTHING";
const SET_HEAD: &str = "
    INSERT INTO branch_heads (repository, name, sha) SELECT ?::uuid, ?, ? FROM delivery
    ON CONFLICT (repository, name) DO UPDATE SET sha = excluded.sha";

/// What is stored together.
#[derive(Clone, Copy)]
pub(super) struct Arrival<'a> {
    pub(super) delivery: &'a Delivery,
    pub(super) job: &'a NewJob,
    pub(super) learned: &'a Learned,
    pub(super) follow_ups: &'a [NewJob],
}

impl Store {
    /// Says whether it was stored.
    pub(super) async fn store_arrival(&self, arrival: &Arrival<'_>) -> Result<bool, StoreError> {
        if let Engine::Postgres(_) = self.engine
            && let Some(statement) = arrival.statement()?
        {
            let done = self.transact(Steps::new().then(statement)).await?;
            return Ok(done.iter().any(|done| done.changed > 0));
        }
        match self.transact(self.steps(arrival)?).await {
            Ok(_) => Ok(true),
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn steps(&self, arrival: &Arrival<'_>) -> Result<Steps, StoreError> {
        let Arrival {
            delivery,
            learned,
            follow_ups,
            ..
        } = *arrival;
        let not_now = || StoreError::Conflict {
            what: "the delivery, or one before it,",
        };
        let learned = commits::learn(self.rows_at_once(), learned, delivery.received_at);
        // The job comes first: what fails as the first step leaves nothing to be taken back.
        let steps = Steps::new()
            .then_or(arrival.completed()?, not_now())
            .then_or(row(deliveries::INSERT, delivery), not_now())
            .then_all(learned)
            .then_all(self.inserts(follow_ups)?);
        Ok(steps)
    }
}

impl Arrival<'_> {
    fn ordering_key(&self) -> Option<String> {
        let key = self.job.ordering_key.as_ref();
        key.map(|key| key.as_str().to_owned())
    }

    fn completed(&self) -> Result<Statement, StoreError> {
        Ok(self
            .with_job(Statement::new(COMPLETED))?
            .with(self.ordering_key())
            .with(self.ordering_key())
            .with(self.delivery.installation.as_uuid())
            .with(&self.delivery.dedupe_key))
    }

    /// Adds the values of the job.
    fn with_job(&self, statement: Statement) -> Result<Statement, StoreError> {
        Ok(statement
            .with(self.job.id.as_uuid())
            .with(self.job.work.key())
            .with(self.job.installation.as_uuid())
            .with(json(&self.job.work)?)
            .with(self.job.run_at.as_millisecond())
            .with(self.ordering_key())
            .with(self.delivery.received_at.as_millisecond()))
    }

    /// PostgreSQL: a usual push in one round trip, which returns a row exactly when it was stored; `None` when there is more to it.
    fn statement(&self) -> Result<Option<Statement>, StoreError> {
        let Learned {
            repository,
            commits,
            heads,
        } = self.learned;
        let head = match heads.as_slice() {
            [] => None,
            [(name, Some(sha))] => Some((name, sha)),
            _ => return Ok(None),
        };
        if !self.follow_ups.is_empty() || commits.len() > USUAL_ROWS {
            return Ok(None);
        }
        let text = at_once(commits.len(), head.is_some());
        let mut statement = row(text, self.delivery)
            .with(self.ordering_key())
            .with(self.ordering_key());
        statement = self.with_job(statement)?;
        let now = self.delivery.received_at;
        for commit in commits {
            statement = commits::with_row(statement, *repository, commit, now);
        }
        Ok(Some(match head {
            Some((name, sha)) => statement
                .with(repository.as_uuid())
                .with(name)
                .with(sha.to_string()),
            None => statement,
        }))
    }
}

/// The text with this many commits, and with the head of a branch or without.
pub(crate) fn at_once(commits: usize, head: bool) -> String {
    let mut text = format!("WITH delivery AS ({DELIVERY}), job AS ({JOB})");
    if commits > 0 {
        let rows = super::rows(COMMITS, COMMIT, commits, UNLESS_KNOWN);
        text.push_str(&format!(", commit AS ({rows})"));
    }
    if head {
        text.push_str(&format!(", head AS ({SET_HEAD})"));
    }
    text.push_str(" SELECT id FROM delivery");
    text
}
