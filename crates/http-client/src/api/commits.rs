//! Commits and the files they changed.

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, RepoRef};

use crate::error::ApiError;
use crate::model::{CommitListing, CommitRange, FileChange};

/// Reading commits. Needs the scope `repository`.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Commits: Send + Sync {
    /// The commits of a range, newest first, page after page up to the range's limit.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`NotFound`](crate::ApiErrorCause::NotFound) also when a revision of the range does not exist
    /// (any more), as happens to the old end after a forced push.
    async fn commits(
        &self,
        repository: &RepoRef,
        range: &CommitRange,
    ) -> Result<CommitListing, ApiError>;

    /// The files that a commit changed against its first parent, at most
    /// [`MAX_CHANGED_FILES`](crate::MAX_CHANGED_FILES) of them.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`TooCostly`](crate::ApiErrorCause::TooCostly) when the commit is too large for Bitbucket to
    /// compare.
    async fn changed_files(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
    ) -> Result<Vec<FileChange>, ApiError>;
}
