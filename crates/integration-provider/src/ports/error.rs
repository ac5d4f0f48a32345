//! The error of every port that remembers something.

use std::sync::Arc;

/// Why a store could not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The store can't be reached or is busy; the same call may work later.
    #[error("the store is not available")]
    Unavailable(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// What is stored can't be read: another key, a damaged row, a newer schema.
    #[error("stored data can't be read: {what}")]
    Unreadable {
        /// Which data, never its content.
        what: String,
    },
    /// Another row holds the same unique name.
    #[error("{what} exists already")]
    Conflict {
        /// What exists already.
        what: &'static str,
    },
    /// The lease under which a job was worked on is gone: somebody else has the job now.
    #[error("the lease of the job was lost")]
    LeaseLost,
}

impl StoreError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "store_unavailable",
            Self::Unreadable { .. } => "store_unreadable",
            Self::Conflict { .. } => "store_conflict",
            Self::LeaseLost => "lease_lost",
        }
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}
