//! The durable queue. Every change of a running job names the lease it was claimed under and does nothing under any other.

use std::time::Duration;

use async_trait::async_trait;
use bitbucket_integration_provider::ports::{
    Failure, Job, JobCounts, JobState, JobSummary, Jobs, Lease, NewJob, StoreError,
};
use bitbucket_integration_provider::{InstallationId, JobId};
use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::SqliteStore;
use super::change::Change;
use super::columns::{Columns, integer, json};
use super::error::SqliteError;

const INSERT: &str = "
    INSERT INTO jobs (id, key, installation, work, state, run_at, due_at) VALUES (?, ?, ?, ?, 'ready', ?, ?)
    ON CONFLICT (key) DO NOTHING";
pub(super) const DUE: &str = "
    SELECT id, installation, work, lease + 1 AS lease, attempts + 1 AS attempts FROM jobs
    WHERE due_at <= ?1 ORDER BY due_at, seq LIMIT ?2";
/// No other writer comes between this and [`DUE`], so both mean the same jobs.
pub(super) const CLAIM: &str = "
    UPDATE jobs SET state = 'running', due_at = ?3, lease = lease + 1, attempts = attempts + 1
    WHERE seq IN (SELECT seq FROM jobs WHERE due_at <= ?1 ORDER BY due_at, seq LIMIT ?2)";
pub(super) const EXTEND: &str =
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
    UPDATE jobs SET state = 'ready', attempts = 0, run_at = ?, due_at = ?, finished_at = NULL WHERE id = ? AND state = 'dead'";
/// The next lease makes sure that whoever still works on the job can't finish it.
const RESTART: &str = "
    UPDATE jobs SET state = 'ready', attempts = 0, lease = lease + 1, run_at = ?, due_at = ?, finished_at = NULL WHERE key = ?";
pub(super) const NEXT_DUE: &str = "SELECT min(due_at) AS due_at FROM jobs WHERE due_at IS NOT NULL";
const LIST: &str = "SELECT * FROM jobs ORDER BY seq DESC LIMIT ?";
pub(super) const LIST_STATE: &str = "SELECT * FROM jobs WHERE state = ? ORDER BY seq DESC LIMIT ?";
pub(super) const COUNTS: &str = "SELECT state, count(*) AS jobs FROM jobs GROUP BY state";

#[async_trait]
impl Jobs for SqliteStore {
    async fn enqueue(&self, jobs: &[NewJob]) -> Result<usize, StoreError> {
        let jobs = jobs.to_vec();
        self.writer
            .write(move |connection| Box::pin(async move { insert(connection, &jobs).await }))
            .await
    }

    async fn claim(
        &self,
        now: Timestamp,
        lease_for: Duration,
        limit: usize,
    ) -> Result<Vec<Job>, StoreError> {
        let rows = self
            .writer
            .write(move |connection| {
                Box::pin(async move {
                    let due = sqlx::query(DUE)
                        .bind(now.as_millisecond())
                        .bind(integer(limit))
                        .fetch_all(&mut *connection)
                        .await?;
                    if !due.is_empty() {
                        let claim = sqlx::query(CLAIM)
                            .bind(now.as_millisecond())
                            .bind(integer(limit))
                            .bind(end(now, lease_for));
                        claim.execute(connection).await?;
                    }
                    Ok(due)
                })
            })
            .await?;
        Ok(rows.iter().filter_map(readable).collect())
    }

    async fn extend(
        &self,
        lease: Lease,
        now: Timestamp,
        lease_for: Duration,
    ) -> Result<(), StoreError> {
        let extend = Change::new(EXTEND).with(end(now, lease_for));
        held(self.writer.change(under(extend, lease)).await?)
    }

    async fn complete(
        &self,
        lease: Lease,
        now: Timestamp,
        follow_ups: &[NewJob],
    ) -> Result<(), StoreError> {
        let complete = under(Change::new(COMPLETE).with(now.as_millisecond()), lease);
        if follow_ups.is_empty() {
            return held(self.writer.change(complete).await?);
        }
        let follow_ups = follow_ups.to_vec();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    held(complete.execute(connection).await?)?;
                    insert(connection, &follow_ups).await.map(drop)
                })
            })
            .await
    }

    async fn retry(
        &self,
        lease: Lease,
        run_at: Timestamp,
        failure: &Failure,
    ) -> Result<(), StoreError> {
        let run_at = run_at.as_millisecond();
        let retry = Change::new(RETRY)
            .with(run_at)
            .with(run_at)
            .with(&failure.code)
            .with(&failure.message);
        held(self.writer.change(under(retry, lease)).await?)
    }

    async fn bury(
        &self,
        lease: Lease,
        now: Timestamp,
        failure: &Failure,
    ) -> Result<(), StoreError> {
        let bury = Change::new(BURY)
            .with(now.as_millisecond())
            .with(&failure.code)
            .with(&failure.message);
        held(self.writer.change(under(bury, lease)).await?)
    }

    async fn replay(&self, id: JobId, now: Timestamp) -> Result<bool, StoreError> {
        let now = now.as_millisecond();
        let replay = Change::new(REPLAY).with(now).with(now).with(id.as_uuid());
        Ok(self.writer.change(replay).await? > 0)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let due = self
            .one(sqlx::query(NEXT_DUE), |row| {
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
                    sqlx::query(LIST_STATE)
                        .bind(state.as_str())
                        .bind(integer(limit)),
                    read_summary,
                )
                .await
            }
            None => {
                self.all(sqlx::query(LIST).bind(integer(limit)), read_summary)
                    .await
            }
        }
    }

    async fn counts(&self) -> Result<JobCounts, StoreError> {
        let mut counts = JobCounts::default();
        for (state, jobs) in self.all(sqlx::query(COUNTS), read_count).await? {
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

/// Stores the jobs whose key is new.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    jobs: &[NewJob],
) -> Result<usize, SqliteError> {
    let mut stored = 0;
    for job in jobs {
        let run_at = job.run_at.as_millisecond();
        let insert = Change::new(INSERT)
            .with(job.id.as_uuid())
            .with(job.work.key())
            .with(job.installation.as_uuid())
            .with(json(&job.work)?)
            .with(run_at)
            .with(run_at);
        stored += usize::from(insert.execute(connection).await? > 0);
    }
    Ok(stored)
}

/// Puts the job with this key back to work as if it were new, or stores it when there is none.
pub(super) async fn restart(
    connection: &mut SqliteConnection,
    job: &NewJob,
) -> Result<(), SqliteError> {
    let run_at = job.run_at.as_millisecond();
    let restart = Change::new(RESTART)
        .with(run_at)
        .with(run_at)
        .with(job.work.key());
    if restart.execute(connection).await? == 0 {
        insert(connection, std::slice::from_ref(job)).await?;
    }
    Ok(())
}

/// Ends a change that is made only under this lease.
fn under(change: Change, lease: Lease) -> Change {
    change.with(lease.job.as_uuid()).with(lease.token)
}

/// What a change under a lease says when it changed nothing.
fn held(changed: u64) -> Result<(), StoreError> {
    match changed {
        0 => Err(StoreError::LeaseLost),
        _ => Ok(()),
    }
}

/// When a lease that begins now ends, in milliseconds.
fn end(now: Timestamp, lease_for: Duration) -> i64 {
    now.as_millisecond()
        .saturating_add(integer(lease_for.as_millis()))
}

/// A job that can't be read, such as one of a newer version that works on the same data, stays leased to nobody and comes up again
/// when that lease ends. So it neither blocks the others nor gets lost.
fn readable(row: &SqliteRow) -> Option<Job> {
    match read_job(row) {
        Ok(job) => Some(job),
        Err(error) => {
            let id = Columns::new("jobs", row)
                .id("id", JobId::from_uuid)
                .map(|id| id.to_string());
            tracing::error!(job.id = id.as_deref().unwrap_or("unreadable"), %error, "a job can't be read; it is put off");
            None
        }
    }
}

fn read_job(row: &SqliteRow) -> Result<Job, StoreError> {
    let columns = Columns::new("jobs", row);
    Ok(Job {
        lease: Lease {
            job: columns.id("id", JobId::from_uuid)?,
            token: columns.integer("lease")?,
        },
        installation: columns.id("installation", InstallationId::from_uuid)?,
        work: columns.json("work")?,
        attempt: columns.count("attempts")?,
    })
}

pub(super) fn read_summary(row: &SqliteRow) -> Result<JobSummary, StoreError> {
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

fn read_count(row: &SqliteRow) -> Result<(JobState, u64), StoreError> {
    let columns = Columns::new("jobs", row);
    Ok((columns.word("state")?, u64::from(columns.count("jobs")?)))
}
