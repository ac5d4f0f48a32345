//! Pull requests.

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, PullRequestId, RepoRef};

use crate::error::ApiError;
use crate::model::{Comment, Commit, Listing, PullRequest, PullRequestsOfCommit};

/// Reading pull requests and commenting on them. Needs the scope `pullrequest`, writing `pullrequest:write`.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait PullRequests: Send + Sync {
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

    /// Writes a comment. Not repeated when the answer is lost.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn comment_on_pull_request(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
        text: &str,
    ) -> Result<Comment, ApiError>;
}
