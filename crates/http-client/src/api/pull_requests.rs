//! Pull requests.

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, PullRequestId, RepoRef};

use crate::client::StreamedAnswer;
use crate::error::ApiError;
use crate::model::{
    Commit, FileChange, Listing, PullRequest, PullRequestQuery, PullRequestsOfCommit,
};

/// Reading pull requests. Needs the scope `pullrequest`.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait PullRequests: Send + Sync {
    /// The pull requests of a repository, at most `limit`; without reviewers and participants.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn pull_requests(
        &self,
        repository: &RepoRef,
        query: &PullRequestQuery,
        limit: usize,
    ) -> Result<Listing<PullRequest>, ApiError>;

    /// One pull request.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn pull_request(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
    ) -> Result<PullRequest, ApiError>;

    /// The commits of a pull request, newest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn pull_request_commits(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
        limit: usize,
    ) -> Result<Listing<Commit>, ApiError>;

    /// The files that a pull request changes against the merge base, at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn pull_request_changed_files(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
        limit: usize,
    ) -> Result<Listing<FileChange>, ApiError>;

    /// The raw diff of a pull request against the merge base, as it arrives; [`diff`](crate::diff) reads it.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn pull_request_diff(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
    ) -> Result<StreamedAnswer, ApiError>;

    /// The pull requests through which a commit came, at most a hundred.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn pull_requests_of_commit(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
    ) -> Result<PullRequestsOfCommit, ApiError>;
}
