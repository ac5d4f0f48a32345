//! The order among jobs with the same ordering key: who is due, who waits, who is next.
//!
//! Of those that are open only the first is due. The others have no `due_at`: no index of claiming holds them, however many there are.
//! A job that ends, or leaves the order, makes the next one due in the same transaction.
//!
//! SQLite has one writer, so that this holds at every moment. On PostgreSQL a job is stored while the one before it may be ending: it
//! waits only when it could lock one that is before it (`FOR SHARE`), whose end then comes after it and sees it. Where none could be locked
//! it is due at once, and whoever claims looks again: only the first one of an order is taken, and one that is due too early is put aside.
//!
//! The first and the last of an order are asked for by `ordering_key >= k AND ordering_key <= k ORDER BY ordering_key, seq`: to PostgreSQL,
//! `= k ORDER BY seq` can as well be a walk through all jobs by their number, which it takes for short where many are of few orders.

use bitbucket_integration_provider::JobId;

use crate::columns::integer;
use crate::engine::Engine;
use crate::statement::Statement;

/// `due_at` of a new job, by its ordering key and the time from which on it may run.
const DUE_AT: &str = "
    CASE WHEN EXISTS (SELECT 1 FROM jobs WHERE ordering_key >= ? AND ordering_key <= ? AND finished_at IS NULL) THEN NULL ELSE ? END";
pub(crate) const DUE_AT_LOCKED: &str = "
    CASE WHEN EXISTS (
        SELECT 1 FROM jobs WHERE ordering_key >= ? AND ordering_key <= ? AND finished_at IS NULL
        ORDER BY ordering_key DESC, seq DESC LIMIT 1 FOR SHARE SKIP LOCKED
    ) THEN NULL ELSE ? END";
/// Makes the first one due of those that have the ordering key of a job, that job aside.
pub(crate) const NEXT_AFTER: &str = "
    UPDATE jobs SET due_at = run_at WHERE due_at IS NULL AND seq = (
        SELECT (SELECT next.seq FROM jobs AS next
            WHERE next.ordering_key >= one.ordering_key AND next.ordering_key <= one.ordering_key AND next.finished_at IS NULL
                AND next.seq <> one.seq
            ORDER BY next.ordering_key, next.seq LIMIT 1)
        FROM jobs AS one WHERE one.id = ?)";
pub(crate) const LEAVE: &str = "UPDATE jobs SET ordering_key = NULL WHERE id = ?";
/// Makes the first one of each order due that waits though nothing is before it, up to so many.
pub(crate) const STRANDED: &str = "
    WITH RECURSIVE orders (ordering_key) AS (
        SELECT min(ordering_key) FROM jobs WHERE ordering_key IS NOT NULL AND finished_at IS NULL
        UNION ALL
        SELECT (SELECT min(jobs.ordering_key) FROM jobs
            WHERE jobs.ordering_key > orders.ordering_key AND jobs.ordering_key IS NOT NULL AND jobs.finished_at IS NULL)
        FROM orders WHERE orders.ordering_key IS NOT NULL
    ), firsts (seq) AS (
        SELECT (SELECT jobs.seq FROM jobs
            WHERE jobs.ordering_key >= orders.ordering_key AND jobs.ordering_key <= orders.ordering_key AND jobs.finished_at IS NULL
            ORDER BY jobs.ordering_key, jobs.seq LIMIT 1)
        FROM orders WHERE orders.ordering_key IS NOT NULL
    )
    UPDATE jobs SET due_at = run_at WHERE due_at IS NULL AND finished_at IS NULL AND seq IN (
        SELECT first.seq FROM firsts JOIN jobs AS first ON first.seq = firsts.seq WHERE first.due_at IS NULL LIMIT ?)";

/// PostgreSQL: puts aside, of so many that are due, those with somebody before them. They are due again when that one ends, which waits for
/// this to be over.
pub(crate) const PUT_ASIDE: &str = "
    WITH early AS MATERIALIZED (
        SELECT seq, ordering_key FROM jobs WHERE due_at <= ? AND ordering_key IS NOT NULL AND state = 'ready'
        ORDER BY due_at, seq LIMIT ? FOR UPDATE SKIP LOCKED
    )
    UPDATE jobs SET due_at = NULL FROM early WHERE jobs.seq = early.seq AND (EXISTS (
        SELECT 1 FROM jobs AS ahead
        WHERE ahead.ordering_key >= early.ordering_key AND ahead.ordering_key <= early.ordering_key AND ahead.finished_at IS NULL
            AND ahead.seq < early.seq
        ORDER BY ahead.ordering_key, ahead.seq LIMIT 1 FOR SHARE SKIP LOCKED
    ) OR EXISTS (
        SELECT 1 FROM jobs AS other WHERE other.ordering_key = early.ordering_key AND other.state = 'running' AND other.seq > early.seq
        LIMIT 1 FOR SHARE SKIP LOCKED
    ))";
/// How many that are due too early are put aside at a time.
const EARLY: usize = 256;

/// The text of `due_at` of a new job.
pub(super) const fn due_at(engine: &Engine) -> &'static str {
    match engine {
        Engine::Sqlite(_) => DUE_AT,
        Engine::Postgres(_) => DUE_AT_LOCKED,
    }
}

/// Whoever is behind this job is due, for it has ended.
pub(super) fn next_after(job: JobId) -> Statement {
    Statement::new(NEXT_AFTER).with(job.as_uuid())
}

/// The job leaves the order, and whoever is behind it is due.
pub(super) fn leave(job: JobId) -> [Statement; 2] {
    [next_after(job), Statement::new(LEAVE).with(job.as_uuid())]
}

/// Puts aside who is due too early.
pub(super) fn put_aside(now: i64) -> Statement {
    Statement::new(PUT_ASIDE).with(now).with(integer(EARLY))
}

/// Makes due who waits for nobody.
pub(super) fn stranded(limit: usize) -> Statement {
    Statement::new(STRANDED).with(integer(limit))
}
