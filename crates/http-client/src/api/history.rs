//! Single commits, and what lies between two.

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, FilePath, RepoRef, RevisionRange};

use crate::error::ApiError;
use crate::model::{Commit, FileChange, FileVersion, Listing};

/// Reading single commits and comparing revisions. Needs the scope `repository`.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait History: Send + Sync {
    /// One commit.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn commit(&self, repository: &RepoRef, commit: &CommitSha) -> Result<Commit, ApiError>;

    /// The best common ancestor of the two ends, one of possibly many.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn merge_base(
        &self,
        repository: &RepoRef,
        range: &RevisionRange,
    ) -> Result<Commit, ApiError>;

    /// The files that differ between the two ends themselves (`git diff old new`), at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn changed_files_between(
        &self,
        repository: &RepoRef,
        range: &RevisionRange,
        limit: usize,
    ) -> Result<Listing<FileChange>, ApiError>;

    /// The commits up to `commit` that changed the file, newest first, across renames, at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn file_history(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        path: &FilePath,
        limit: usize,
    ) -> Result<Listing<FileVersion>, ApiError>;
}
