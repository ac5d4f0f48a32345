//! The joint behind which requests are counted.

use async_trait::async_trait;
use jiff::Timestamp;

/// Counts the requests of credentials over the hour that has just passed.
///
/// In one process [`MemoryCounter`](super::MemoryCounter) does. Replicas with the same credentials put one on what they
/// share, so that together they stay within the hour's requests.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait RequestCounter: Send + Sync {
    /// Counts one request of `credential` at `now`, if fewer than `ceiling` were counted within the hour before. Comparing
    /// and counting is one step: no two callers take the last one.
    ///
    /// `credential` is a name that tells credentials apart, never one itself.
    ///
    /// # Errors
    ///
    /// A [`CounterError`] when it cannot tell; the request is then made uncounted.
    async fn count(
        &self,
        credential: &str,
        now: Timestamp,
        ceiling: u32,
    ) -> Result<Counted, CounterError>;
}

/// What became of a request to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// It was counted.
    Taken,
    /// `ceiling` or more were counted within the hour; this one was not.
    Full {
        /// When fewer than `ceiling` will be, as things stand.
        free_at: Timestamp,
    },
}

/// The counter of requests does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the counter of requests does not answer")]
pub struct CounterError;
