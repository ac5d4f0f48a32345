//! Forgetting what is old, a few rows at a time.

use async_trait::async_trait;
use bitbucket_integration_provider::ports::{Retention, StoreError};
use jiff::Timestamp;

use crate::Store;
use crate::columns::integer;
use crate::statement::{Sql, Statement};

/// Deliveries arrive in the order of their time, so only the oldest are looked at. PostgreSQL would rather read a whole table of middling
/// size than search it for each row of a batch; given the batch as an array it searches.
pub(crate) const DELIVERIES: Sql = Sql::each(
    "
    DELETE FROM deliveries WHERE seq IN (
        SELECT seq FROM (SELECT seq, received_at FROM deliveries ORDER BY seq LIMIT ?) AS oldest WHERE received_at < ?)",
    "
    DELETE FROM deliveries WHERE seq = ANY (ARRAY(
        SELECT seq FROM (SELECT seq, received_at FROM deliveries ORDER BY seq LIMIT ?) AS oldest WHERE received_at < ?))",
);
/// SQLite would rather read all jobs that are done, and sort them.
pub(crate) const DONE_JOBS: Sql = Sql::each(
    "
    DELETE FROM jobs WHERE seq IN (
        SELECT seq FROM jobs INDEXED BY jobs_done WHERE state = 'done' AND finished_at < ? ORDER BY finished_at LIMIT ?)",
    "
    DELETE FROM jobs WHERE seq = ANY (ARRAY(
        SELECT seq FROM jobs WHERE state = 'done' AND finished_at < ? ORDER BY finished_at LIMIT ?))",
);
pub(crate) const DEAD_JOBS: Sql = Sql::each(
    "
    DELETE FROM jobs WHERE seq IN (SELECT seq FROM jobs WHERE state = 'dead' AND finished_at < ? ORDER BY seq LIMIT ?)",
    "
    DELETE FROM jobs WHERE seq = ANY (ARRAY(SELECT seq FROM jobs WHERE state = 'dead' AND finished_at < ? ORDER BY seq LIMIT ?))",
);
pub(crate) const USED_TOKENS: &str = "
    DELETE FROM used_tokens WHERE fingerprint IN (
        SELECT fingerprint FROM used_tokens WHERE expires_at < ? ORDER BY expires_at LIMIT ?)";
pub(crate) const PULL_REQUESTS: Sql = Sql::each(
    "
    DELETE FROM pull_requests WHERE (repository, id) IN (
        SELECT repository, id FROM pull_requests WHERE state <> 'open' AND updated_at < ? ORDER BY updated_at LIMIT ?)",
    "
    DELETE FROM pull_requests WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM pull_requests WHERE state <> 'open' AND updated_at < ? ORDER BY updated_at LIMIT ?))",
);
/// Of the releases of the same repository and projects, what was deployed to an environment last stays; so does the first deploy of a
/// release there while it has others.
pub(crate) const DEPLOYS: &str = "
    DELETE FROM deploys WHERE seq IN (
        SELECT old.seq FROM deploys AS old JOIN releases AS its ON its.id = old.release
        WHERE old.deployed_at < ?
            AND NOT EXISTS (SELECT 1 FROM deploys_again AS own WHERE own.release = old.release AND own.environment = old.environment)
            AND (EXISTS (
                SELECT 1 FROM releases AS r CROSS JOIN deploys AS new
                WHERE r.repository = its.repository AND r.projects = its.projects AND r.state = 'published'
                    AND new.release = r.id AND new.environment = old.environment AND new.deployed_at > old.deployed_at)
            OR EXISTS (
                SELECT 1 FROM releases AS r CROSS JOIN deploys_again AS new
                WHERE r.repository = its.repository AND r.projects = its.projects AND r.state = 'published'
                    AND new.release = r.id AND new.environment = old.environment AND new.deployed_at > old.deployed_at))
        ORDER BY old.deployed_at LIMIT ?)";
pub(crate) const DEPLOYS_AGAIN: &str = "
    DELETE FROM deploys_again WHERE seq IN (
        SELECT old.seq FROM deploys_again AS old JOIN releases AS its ON its.id = old.release
        WHERE old.deployed_at < ?
            AND (EXISTS (
                SELECT 1 FROM releases AS r CROSS JOIN deploys AS new
                WHERE r.repository = its.repository AND r.projects = its.projects AND r.state = 'published'
                    AND new.release = r.id AND new.environment = old.environment AND new.deployed_at > old.deployed_at)
            OR EXISTS (
                SELECT 1 FROM releases AS r CROSS JOIN deploys_again AS new
                WHERE r.repository = its.repository AND r.projects = its.projects AND r.state = 'published'
                    AND new.release = r.id AND new.environment = old.environment AND new.deployed_at > old.deployed_at))
        ORDER BY old.deployed_at LIMIT ?)";

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

    async fn forget_pull_requests(
        &self,
        updated_before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError> {
        let forget = Statement::new(PULL_REQUESTS)
            .with(updated_before.as_millisecond())
            .with(integer(limit));
        self.change(forget).await
    }

    async fn forget_deploys(
        &self,
        deployed_before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError> {
        let forget = |text| {
            Statement::new(text)
                .with(deployed_before.as_millisecond())
                .with(integer(limit))
        };
        // A first deploy goes after those that followed it.
        match self.change(forget(DEPLOYS_AGAIN)).await? {
            0 => self.change(forget(DEPLOYS)).await,
            again => Ok(again),
        }
    }
}
