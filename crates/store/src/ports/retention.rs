//! Forgetting what is old, a few rows at a time.

use async_trait::async_trait;
use bitbucket_integration_provider::ports::{Retention, StoreError};
use jiff::Timestamp;

use crate::Store;
use crate::columns::integer;
use crate::statement::{Sql, Statement};

/// Deliveries arrive in the order of their time, so only the oldest are looked at.
pub(crate) const DELIVERIES: &str = "
    DELETE FROM deliveries WHERE seq IN (
        SELECT seq FROM (SELECT seq, received_at FROM deliveries ORDER BY seq LIMIT ?) AS oldest WHERE received_at < ?)";
/// SQLite would rather read all jobs that are done, and sort them.
pub(crate) const DONE_JOBS: Sql = Sql::each(
    "
    DELETE FROM jobs WHERE seq IN (
        SELECT seq FROM jobs INDEXED BY jobs_done WHERE state = 'done' AND finished_at < ? ORDER BY finished_at LIMIT ?)",
    "
    DELETE FROM jobs WHERE seq IN (SELECT seq FROM jobs WHERE state = 'done' AND finished_at < ? ORDER BY finished_at LIMIT ?)",
);
pub(crate) const DEAD_JOBS: &str = "
    DELETE FROM jobs WHERE seq IN (SELECT seq FROM jobs WHERE state = 'dead' AND finished_at < ? ORDER BY seq LIMIT ?)";
pub(crate) const USED_TOKENS: &str = "
    DELETE FROM used_tokens WHERE fingerprint IN (
        SELECT fingerprint FROM used_tokens WHERE expires_at < ? ORDER BY expires_at LIMIT ?)";

#[async_trait]
impl Retention for Store {
    async fn forget_deliveries(
        &self,
        received_before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError> {
        let forget = Statement::new(DELIVERIES)
            .with(integer(limit))
            .with(received_before.as_millisecond());
        self.change(forget).await
    }

    async fn forget_done_jobs(
        &self,
        finished_before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError> {
        let forget = Statement::new(DONE_JOBS)
            .with(finished_before.as_millisecond())
            .with(integer(limit));
        self.change(forget).await
    }

    async fn forget_dead_jobs(
        &self,
        finished_before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError> {
        let forget = Statement::new(DEAD_JOBS)
            .with(finished_before.as_millisecond())
            .with(integer(limit));
        self.change(forget).await
    }

    async fn forget_used_tokens(
        &self,
        expired_before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError> {
        let forget = Statement::new(USED_TOKENS)
            .with(expired_before.as_millisecond())
            .with(integer(limit));
        self.change(forget).await
    }
}
