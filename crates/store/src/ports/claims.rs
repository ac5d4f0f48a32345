//! Claiming: installations take turns, so that nobody waits long behind another one's queue.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bitbucket_integration_provider::ports::{Job, Lease, StoreError};
use bitbucket_integration_provider::{InstallationId, JobId};
use jiff::Timestamp;
use uuid::Uuid;

use super::jobs::end;
use super::order;
use crate::Store;
use crate::columns::{Columns, Row, integer};
use crate::engine::Engine;
use crate::statement::{Statement, Steps};

/// SQLite: takes the installations in turn from the one behind `?4` on, `?5` of them at most, and from each its oldest due jobs. `UNION`
/// ends the round where it began.
pub(crate) const CLAIM_FAIRLY: &str = "
    UPDATE jobs SET state = 'running', due_at = ?3, lease = lease + 1, attempts = attempts + 1
    WHERE seq IN (
        WITH RECURSIVE visited (tenant) AS (
            SELECT ?4
            UNION
            SELECT coalesce(
                (SELECT installation FROM jobs WHERE due_at IS NOT NULL AND installation > tenant ORDER BY installation LIMIT 1),
                (SELECT installation FROM jobs WHERE due_at IS NOT NULL ORDER BY installation LIMIT 1))
            FROM visited WHERE tenant IS NOT NULL
            LIMIT ?5
        ), turns AS (
            SELECT jobs.seq, tenant, row_number() OVER (PARTITION BY tenant ORDER BY jobs.due_at, jobs.seq) AS turn
            FROM visited CROSS JOIN jobs ON jobs.seq IN (
                SELECT seq FROM jobs AS own WHERE own.installation = tenant AND own.due_at <= ?1 ORDER BY own.due_at, own.seq LIMIT ?2)
        )
        SELECT seq FROM turns ORDER BY turn, tenant <= ?4, tenant LIMIT ?2)
    RETURNING id, installation, work, lease, attempts, run_at, seq";
/// SQLite: fills up what [`CLAIM_FAIRLY`] left over, such as when none of the visited installations has a job that is due.
pub(crate) const CLAIM_OLDEST: &str = "
    UPDATE jobs SET state = 'running', due_at = ?3, lease = lease + 1, attempts = attempts + 1
    WHERE seq IN (SELECT seq FROM jobs WHERE due_at <= ?1 ORDER BY due_at, seq LIMIT ?2 - changes())
    RETURNING id, installation, work, lease, attempts, run_at, seq";
/// PostgreSQL: the same; each replica takes rows that no other one is about to take, and the first of an order only.
pub(crate) const CLAIM_FAIRLY_UNLOCKED: &str = "
    WITH RECURSIVE visited (tenant) AS (
        SELECT $4::uuid
        UNION
        SELECT coalesce(
            (SELECT installation FROM jobs WHERE due_at IS NOT NULL AND installation > tenant ORDER BY installation LIMIT 1),
            (SELECT installation FROM jobs WHERE due_at IS NOT NULL ORDER BY installation LIMIT 1))
        FROM visited WHERE tenant IS NOT NULL
    ), turns AS (
        SELECT own.seq, tenant, own.turn FROM (SELECT tenant FROM visited LIMIT $5) AS few CROSS JOIN LATERAL (
            SELECT seq, row_number() OVER (ORDER BY due_at, seq) AS turn FROM jobs AS open
            WHERE installation = tenant AND due_at <= $1 AND (ordering_key IS NULL OR (
                seq = (SELECT ahead.seq FROM jobs AS ahead
                    WHERE ahead.ordering_key >= open.ordering_key AND ahead.ordering_key <= open.ordering_key AND ahead.finished_at IS NULL
                    ORDER BY ahead.ordering_key, ahead.seq LIMIT 1)
                AND NOT EXISTS (SELECT 1 FROM jobs AS other
                    WHERE other.ordering_key = open.ordering_key AND other.state = 'running' AND other.seq <> open.seq)))
            ORDER BY due_at, seq LIMIT $2) AS own
    ), due AS MATERIALIZED (
        SELECT seq FROM jobs
        WHERE seq = ANY (ARRAY(SELECT seq FROM turns ORDER BY turn, tenant <= $4, tenant LIMIT $2)) AND due_at <= $1
        FOR UPDATE SKIP LOCKED
    )
    UPDATE jobs SET state = 'running', due_at = $3, lease = jobs.lease + 1, attempts = jobs.attempts + 1
    FROM due WHERE jobs.seq = due.seq
    RETURNING jobs.id, jobs.installation, jobs.work, jobs.lease, jobs.attempts, jobs.run_at, jobs.seq";
/// PostgreSQL: fills up what [`CLAIM_FAIRLY_UNLOCKED`] left over.
pub(crate) const CLAIM_OLDEST_UNLOCKED: &str = "
    WITH due AS MATERIALIZED (
        SELECT seq FROM jobs AS open
        WHERE due_at <= $1 AND (ordering_key IS NULL OR (
            seq = (SELECT ahead.seq FROM jobs AS ahead
                WHERE ahead.ordering_key >= open.ordering_key AND ahead.ordering_key <= open.ordering_key AND ahead.finished_at IS NULL
                ORDER BY ahead.ordering_key, ahead.seq LIMIT 1)
            AND NOT EXISTS (SELECT 1 FROM jobs AS other
                WHERE other.ordering_key = open.ordering_key AND other.state = 'running' AND other.seq <> open.seq)))
        ORDER BY due_at, seq LIMIT $2 FOR UPDATE SKIP LOCKED
    )
    UPDATE jobs SET state = 'running', due_at = $3, lease = jobs.lease + 1, attempts = jobs.attempts + 1
    FROM due WHERE jobs.seq = due.seq
    RETURNING jobs.id, jobs.installation, jobs.work, jobs.lease, jobs.attempts, jobs.run_at, jobs.seq";
/// How often a claim is begun that meets another one in the same order.
const ATTEMPTS: u32 = 5;
/// How many installations one claim visits: as many as it takes jobs, within these bounds.
const VISITED: std::ops::RangeInclusive<usize> = 8..=64;

/// What a claim asks for; times are milliseconds.
#[derive(Clone, Copy)]
struct Claim {
    now: i64,
    until: i64,
    limit: usize,
}

impl Claim {
    fn oldest(self, text: &'static str) -> Statement {
        Statement::new(text)
            .with(self.now)
            .with(integer(self.limit))
            .with(self.until)
    }

    fn fairly(self, text: &'static str, last: Uuid) -> Statement {
        let visited = self.limit.clamp(*VISITED.start(), *VISITED.end());
        // The one that was served last comes first and last; as the first one it is left out.
        self.oldest(text).with(&last).with(integer(visited))
    }
}

/// Whose turn it was last in this process.
#[derive(Debug, Default)]
pub(crate) struct Turn(Mutex<Uuid>);

impl Turn {
    fn last(&self) -> Uuid {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The installation that comes last in the round which begins behind the last one.
    fn served(&self, installations: impl Iterator<Item = Uuid>) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *last;
        let furthest = installations.max_by_key(|one| (*one <= before, *one));
        *last = furthest.unwrap_or(before);
    }
}

impl Store {
    /// Claims up to `limit` jobs that are due.
    pub(super) async fn claim_in_turn(
        &self,
        now: Timestamp,
        lease_for: Duration,
        limit: usize,
    ) -> Result<Vec<Job>, StoreError> {
        let claim = Claim {
            now: now.as_millisecond(),
            until: end(now, lease_for),
            limit,
        };
        let rows = match self.engine {
            Engine::Sqlite(_) => {
                let last = self.turn.last();
                let steps = claim.fairly(CLAIM_FAIRLY, last);
                let steps = Steps::new().then(steps).then(claim.oldest(CLAIM_OLDEST));
                self.claimed(steps).await?
            }
            Engine::Postgres(_) => self.claim_unlocked(claim).await?,
        };
        let (mut jobs, mut unreadable) = (Vec::with_capacity(rows.len()), Vec::new());
        for row in &rows {
            match read_job(row) {
                Ok(job) => jobs.push(job),
                Err(error) => unreadable.extend(put_off(row, &error)),
            }
        }
        for job in unreadable {
            let left = self.transact(Steps::new().then_all(order::leave(job)));
            left.await.map_or_else(|error| later(&error), drop);
        }
        jobs.sort_by_key(|job| (job.run_at, job.seq));
        Ok(jobs.into_iter().map(|claimed| claimed.job).collect())
    }

    /// The rows of a claim's steps.
    async fn claimed(&self, steps: Steps) -> Result<Vec<Row>, StoreError> {
        let done = self.transact(steps).await?;
        let rows: Vec<Row> = done.into_iter().flat_map(|done| done.rows).collect();
        let whose = |row| Columns::new("jobs", row).id("installation", |id| id).ok();
        self.turn.served(rows.iter().filter_map(whose));
        Ok(rows)
    }

    async fn claim_unlocked(&self, claim: Claim) -> Result<Vec<Row>, StoreError> {
        let fairly = claim.fairly(CLAIM_FAIRLY_UNLOCKED, self.turn.last());
        let mut rows = self.claimed_alone(fairly).await?;
        let rest = Claim {
            limit: claim.limit.saturating_sub(rows.len()),
            ..claim
        };
        if rest.limit > 0 {
            let oldest = rest.oldest(CLAIM_OLDEST_UNLOCKED);
            rows.extend(self.claimed_alone(oldest).await?);
        }
        // Early ones cost a claim little, and nothing once it is their turn; only who finds nothing at all would look again for them alone.
        if rows.is_empty() {
            let aside = self.change(order::put_aside(claim.now)).await;
            aside.map_or_else(|error| later(&error), drop);
        }
        Ok(rows)
    }

    /// When claims of two replicas met in one order, the second is begun anew: it sees what the first one took.
    async fn claimed_alone(&self, claim: Statement) -> Result<Vec<Row>, StoreError> {
        let mut attempt = 1;
        loop {
            match self.claimed(Steps::new().then(claim.clone())).await {
                Err(StoreError::Conflict { .. }) if attempt < ATTEMPTS => attempt += 1,
                outcome => return outcome,
            }
        }
    }
}

/// A job that can't be read, such as one of a newer version that works on the same data, stays leased to nobody and comes up again
/// when that lease ends. So it doesn't get lost; nor does it block the others, if it leaves their order.
fn put_off(row: &Row, error: &StoreError) -> Option<JobId> {
    let id = Columns::new("jobs", row).id("id", JobId::from_uuid).ok();
    let told = id.map(|id| id.to_string());
    tracing::error!(job.id = told.as_deref().unwrap_or("unreadable"), %error, "a job can't be read; it is put off");
    id
}

/// What is claimed is claimed: the rest can be done at the next claim.
fn later(error: &StoreError) {
    tracing::warn!(
        error.code = error.code(),
        "jobs could not be put in order; the next claim does so"
    );
}

/// A claimed job with what orders it among others.
struct Claimed {
    job: Job,
    run_at: i64,
    seq: i64,
}

fn read_job(row: &Row) -> Result<Claimed, StoreError> {
    let columns = Columns::new("jobs", row);
    let job = Job {
        lease: Lease {
            job: columns.id("id", JobId::from_uuid)?,
            token: columns.integer("lease")?,
        },
        installation: columns.id("installation", InstallationId::from_uuid)?,
        work: columns.json("work")?,
        attempt: columns.count("attempts")?,
    };
    Ok(Claimed {
        job,
        run_at: columns.integer("run_at")?,
        seq: columns.integer("seq")?,
    })
}
