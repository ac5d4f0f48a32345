//! What is said on pull requests.

use async_trait::async_trait;
use bitbucket_api_paths::{CommentId, PullRequestId, RepoRef};

use crate::error::ApiError;
use crate::model::{Comment, Listing, NewComment};

/// Reading and writing comments on pull requests. Needs the scope `pullrequest`, also for writing.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait PullRequestComments: Send + Sync {
    /// The comments, oldest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn pull_request_comments(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
        limit: usize,
    ) -> Result<Listing<Comment>, ApiError>;

    /// One comment.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn pull_request_comment(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
        comment: CommentId,
    ) -> Result<Comment, ApiError>;

    /// Writes a comment. Not repeated when the answer is lost.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn comment_on_pull_request(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
        comment: &NewComment,
    ) -> Result<Comment, ApiError>;

    /// Gives a comment another text; its place stays.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`Forbidden`](crate::ApiErrorCause::Forbidden) when somebody else wrote it.
    async fn edit_pull_request_comment(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
        comment: CommentId,
        text: &str,
    ) -> Result<Comment, ApiError>;

    /// Removes a comment. One that was answered stays, without its text.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn delete_pull_request_comment(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
        comment: CommentId,
    ) -> Result<(), ApiError>;
}
