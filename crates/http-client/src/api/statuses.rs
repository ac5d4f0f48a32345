//! Build statuses of commits.

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, RepoRef, StatusKey};

use crate::error::ApiError;
use crate::model::{CommitStatus, Listing, NewCommitStatus};

/// Build statuses. Needs the scope `repository`, also for writing.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait CommitStatuses: Send + Sync {
    /// The statuses of a commit, at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn statuses(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        limit: usize,
    ) -> Result<Listing<CommitStatus>, ApiError>;

    /// One status of a commit.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn status(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        key: &StatusKey,
    ) -> Result<CommitStatus, ApiError>;

    /// Reports a status, in place of the one with the same key.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`Misuse`](crate::ApiErrorCause::Misuse) for a state that cannot be reported.
    async fn report_status(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        status: &NewCommitStatus,
    ) -> Result<CommitStatus, ApiError>;
}
