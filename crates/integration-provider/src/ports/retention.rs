//! Forgetting what is old. Each call forgets a few rows, so that nobody waits long for one.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreError;

/// Forgets history.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Retention: Send + Sync {
    /// Forgets those of the `limit` oldest deliveries that were received before this time; says how many that were. A delivery that comes again
    /// later is taken for a new one.
    async fn forget_deliveries(
        &self,
        received_before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError>;

    /// Forgets up to `limit` jobs that were done before this time; says how many that were.
    async fn forget_done_jobs(
        &self,
        finished_before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError>;

    /// Forgets up to `limit` dead jobs that were given up before this time; says how many that were. Nobody can replay them any more.
    async fn forget_dead_jobs(
        &self,
        finished_before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError>;

    /// Forgets up to `limit` pull requests that are not open and changed last before this time; says how many that were.
    async fn forget_pull_requests(
        &self,
        updated_before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError>;

    /// Forgets up to `limit` deploys before this time; says how many that were. What was deployed last to an environment, of the published
    /// releases of one repository with the same projects, stays.
    async fn forget_deploys(
        &self,
        deployed_before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError>;

    /// Forgets up to `limit` used tokens that nobody accepts any longer since before this time; says how many that were.
    async fn forget_used_tokens(
        &self,
        expired_before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError>;
}
