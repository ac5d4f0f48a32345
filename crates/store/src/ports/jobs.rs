//! The durable queue. Every change of a running job names the lease it was claimed under and does nothing under any other.

use std::time::Duration;

use async_trait::async_trait;
use bitbucket_integration_provider::ports::{
    Failure, Job, JobCounts, JobState, JobSummary, Jobs, Learned, Lease, NewJob, Place, StoreError,
    Work,
};
use bitbucket_integration_provider::{InstallationId, JobId};
use jiff::Timestamp;

use super::{commits, order, rows};
use crate::Store;
use crate::columns::{Columns, Row, integer, json};
use crate::statement::{Statement, Steps};

const INSERT: &str =
    "INSERT INTO jobs (id, key, installation, work, state, run_at, ordering_key, due_at) VALUES ";
const UNLESS_KNOWN: &str = " ON CONFLICT (key) DO NOTHING";
pub(crate) const EXTEND: &str =
    "UPDATE jobs SET due_at = ? WHERE id = ? AND lease = ? AND state = 'running'";
const COMPLETE: &str = "
    UPDATE jobs SET state = 'done', due_at = NULL, finished_at = ? WHERE id = ? AND lease = ? AND state = 'running'";
const RETRY: &str = "
    UPDATE jobs SET state = 'ready', run_at = ?, due_at = ?, failure_code = ?, failure_message = ?
    WHERE id = ? AND lease = ? AND state = 'running'";
const BURY: &str = "
    UPDATE jobs SET state = 'dead', due_at = NULL, finished_at = ?, failure_code = ?, failure_message = ?
    WHERE id = ? AND lease = ? AND state = 'running'";
const REPLAY: &str = "
    UPDATE jobs SET state = 'ready', attempts = 0, run_at = ?, due_at = ?, finished_at = NULL, ordering_key = NULL
    WHERE id = ? AND state = 'dead'";
/// The next lease makes sure that whoever still works on the job can't finish it.
const RESTART: &str = "
    UPDATE jobs SET state = 'ready', attempts = 0, lease = lease + 1, run_at = ?, due_at = ?, finished_at = NULL WHERE key = ?";
const NEEDLESS: &str = "
    UPDATE jobs SET state = 'done', due_at = NULL, finished_at = ? WHERE key = ? AND state = 'ready'";
pub(crate) const NEXT_DUE: &str = "SELECT min(due_at) AS due_at FROM jobs WHERE due_at IS NOT NULL";
const LIST: &str = "SELECT * FROM jobs ORDER BY seq DESC LIMIT ?";
pub(crate) const LIST_STATE: &str = "SELECT * FROM jobs WHERE state = ? ORDER BY seq DESC LIMIT ?";
pub(crate) const COUNTS: &str = "SELECT state, count(*) AS jobs FROM jobs GROUP BY state";

#[async_trait]
impl Jobs for Store {
    async fn enqueue(&self, jobs: &[NewJob]) -> Result<usize, StoreError> {
        let inserts = self.inserts(jobs)?;
        let inserted = self.transact(Steps::new().then_all(inserts)).await?;
        let stored = inserted.iter().map(|insert| insert.changed).sum::<u64>();
        Ok(usize::try_from(stored).unwrap_or(usize::MAX))
    }

    async fn claim(
        &self,
        now: Timestamp,
        lease_for: Duration,
        limit: usize,
    ) -> Result<Vec<Job>, StoreError> {
        self.claim_in_turn(now, lease_for, limit).await
    }

    async fn extend(
        &self,
        lease: Lease,
        now: Timestamp,
        lease_for: Duration,
    ) -> Result<(), StoreError> {
        let extend = Statement::new(EXTEND).with(end(now, lease_for));
        held(self.change(under(extend, lease)).await?)
    }

    async fn complete(
        &self,
        lease: Lease,
        now: Timestamp,
        follow_ups: &[NewJob],
    ) -> Result<(), StoreError> {
        let complete = under(Statement::new(COMPLETE).with(now.as_millisecond()), lease);
        let steps = Steps::new()
            .then_or(complete, StoreError::LeaseLost)
            .then_all(self.inserts(follow_ups)?)
            .then(order::next_after(lease.job));
        self.transact(steps).await.map(drop)
    }

    async fn complete_push(
        &self,
        lease: Lease,
        now: Timestamp,
        learned: &Learned,
        follow_ups: &[NewJob],
    ) -> Result<(), StoreError> {
        let complete = under(Statement::new(COMPLETE).with(now.as_millisecond()), lease);
        let steps = Steps::new()
            .then_or(complete, StoreError::LeaseLost)
            .then_all(commits::learn(self.rows_at_once(), learned, now))
            .then_all(self.inserts(follow_ups)?)
            .then(order::next_after(lease.job));
        self.transact(steps).await.map(drop)
    }

    async fn retry(
        &self,
        lease: Lease,
        run_at: Timestamp,
        place: Place,
        failure: &Failure,
    ) -> Result<(), StoreError> {
        let run_at = run_at.as_millisecond();
        let retry = Statement::new(RETRY)
            .with(run_at)
            .with(run_at)
            .with(&failure.code)
            .with(&failure.message);
        let retry = under(retry, lease);
        match place {
            Place::Kept => held(self.change(retry).await?),
            Place::Left => {
                let steps = Steps::new()
                    .then_or(retry, StoreError::LeaseLost)
                    .then_all(order::leave(lease.job));
                self.transact(steps).await.map(drop)
            }
        }
    }

    async fn bury(
        &self,
        lease: Lease,
        now: Timestamp,
        failure: &Failure,
    ) -> Result<(), StoreError> {
        let bury = Statement::new(BURY)
            .with(now.as_millisecond())
            .with(&failure.code)
            .with(&failure.message);
        let steps = Steps::new()
            .then_or(under(bury, lease), StoreError::LeaseLost)
            .then(order::next_after(lease.job));
        self.transact(steps).await.map(drop)
    }

    async fn replay(&self, id: JobId, now: Timestamp) -> Result<bool, StoreError> {
        let now = now.as_millisecond();
        let replay = Statement::new(REPLAY)
            .with(now)
            .with(now)
            .with(id.as_uuid());
        Ok(self.change(replay).await? > 0)
    }

    async fn release_stranded(&self, limit: usize) -> Result<u64, StoreError> {
        self.change(order::stranded(limit)).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let due = self
            .one(Statement::quick(NEXT_DUE), |row| {
                Columns::new("jobs", row).optional_time("due_at")
            })
            .await?;
        Ok(due.flatten())
    }

    async fn list(
        &self,
        state: Option<JobState>,
        limit: usize,
    ) -> Result<Vec<JobSummary>, StoreError> {
        match state {
            Some(state) => {
                self.all(
                    Statement::new(LIST_STATE)
                        .with(state.as_str())
                        .with(integer(limit)),
                    read_summary,
                )
                .await
            }
            None => {
                self.all(Statement::new(LIST).with(integer(limit)), read_summary)
                    .await
            }
        }
    }

    async fn counts(&self) -> Result<JobCounts, StoreError> {
        let mut counts = JobCounts::default();
        for (state, jobs) in self.all(Statement::new(COUNTS), read_count).await? {
            match state {
                JobState::Ready => counts.ready = jobs,
                JobState::Running => counts.running = jobs,
                JobState::Done => counts.done = jobs,
                JobState::Dead => counts.dead = jobs,
            }
        }
        Ok(counts)
    }
}

impl Store {
    /// Stores the jobs whose key is new.
    pub(super) fn inserts(&self, jobs: &[NewJob]) -> Result<Vec<Statement>, StoreError> {
        let each = self.new_job_row();
        let insert = |jobs: &[NewJob]| {
            let text = rows(INSERT, &each, jobs.len(), UNLESS_KNOWN);
            let insert = if jobs.len() == 1 {
                Statement::new(text)
            } else {
                Statement::once(text)
            };
            jobs.iter().try_fold(insert, with_row)
        };
        jobs.chunks(self.rows_at_once()).map(insert).collect()
    }

    /// The values of one job, as [`with_row`] gives them.
    fn new_job_row(&self) -> String {
        format!(
            "(?, ?, ?, ?, 'ready', ?, ?, {})",
            order::due_at(&self.engine)
        )
    }

    /// Puts the job with this key back to work as if it were new, or stores it when there is none.
    pub(super) fn restart(&self, job: &NewJob) -> Result<Vec<Statement>, StoreError> {
        let run_at = job.run_at.as_millisecond();
        let restart = Statement::new(RESTART)
            .with(run_at)
            .with(run_at)
            .with(job.work.key());
        let mut steps = vec![restart];
        steps.extend(self.inserts(std::slice::from_ref(job))?);
        Ok(steps)
    }
}

/// Ends an insertion with the values of one job.
pub(super) fn with_row(insert: Statement, job: &NewJob) -> Result<Statement, StoreError> {
    let run_at = job.run_at.as_millisecond();
    let ordering_key = || {
        let key = job.ordering_key.as_ref();
        key.map(|key| key.as_str().to_owned())
    };
    Ok(insert
        .with(job.id.as_uuid())
        .with(job.work.key())
        .with(job.installation.as_uuid())
        .with(json(&job.work)?)
        .with(run_at)
        .with(ordering_key())
        .with(ordering_key())
        .with(ordering_key())
        .with(run_at))
}

/// Takes work for done that waits and need not be done any more.
pub(super) fn needless(work: &Work, now: Timestamp) -> Statement {
    Statement::new(NEEDLESS)
        .with(now.as_millisecond())
        .with(work.key())
}

/// Ends a change that is made only under this lease.
fn under(change: Statement, lease: Lease) -> Statement {
    change.with(lease.job.as_uuid()).with(lease.token)
}

/// What a change under a lease says when it changed nothing.
pub(super) fn held(changed: u64) -> Result<(), StoreError> {
    match changed {
        0 => Err(StoreError::LeaseLost),
        _ => Ok(()),
    }
}

/// When a lease that begins now ends, in milliseconds.
pub(super) fn end(now: Timestamp, lease_for: Duration) -> i64 {
    now.as_millisecond()
        .saturating_add(integer(lease_for.as_millis()))
}

pub(super) fn read_summary(row: &Row) -> Result<JobSummary, StoreError> {
    let columns = Columns::new("jobs", row);
    Ok(JobSummary {
        id: columns.id("id", JobId::from_uuid)?,
        installation: columns.id("installation", InstallationId::from_uuid)?,
        work: columns.json("work")?,
        state: columns.word("state")?,
        attempts: columns.count("attempts")?,
        run_at: columns.time("run_at")?,
        last_failure: columns.failure()?,
    })
}

fn read_count(row: &Row) -> Result<(JobState, u64), StoreError> {
    let columns = Columns::new("jobs", row);
    Ok((columns.word("state")?, u64::from(columns.count("jobs")?)))
}
