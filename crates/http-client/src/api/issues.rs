//! Issues of Bitbucket's own tracker.

use async_trait::async_trait;
use bitbucket_api_paths::{Filter, IssueId, RepoRef};

use crate::error::ApiError;
use crate::model::{Comment, Issue, Listing, NewIssue};

/// Bitbucket's own issue tracker, which Bitbucket Cloud removed in August 2026. Needs the scope `issue:write`.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Issues: Send + Sync {
    /// One issue.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`Removed`](crate::ApiErrorCause::Removed) from Bitbucket Cloud since August 2026.
    async fn issue(&self, repository: &RepoRef, id: IssueId) -> Result<Issue, ApiError>;

    /// Creates an issue. Not repeated when the answer is lost.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`Removed`](crate::ApiErrorCause::Removed) from Bitbucket Cloud since August 2026.
    async fn create_issue(&self, repository: &RepoRef, issue: &NewIssue)
    -> Result<Issue, ApiError>;

    /// The issues that a filter takes, newest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`Removed`](crate::ApiErrorCause::Removed) from Bitbucket Cloud since August 2026.
    async fn search_issues(
        &self,
        repository: &RepoRef,
        filter: &Filter,
        limit: usize,
    ) -> Result<Listing<Issue>, ApiError>;

    /// The comments on an issue, oldest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`Removed`](crate::ApiErrorCause::Removed) from Bitbucket Cloud since August 2026.
    async fn issue_comments(
        &self,
        repository: &RepoRef,
        id: IssueId,
        limit: usize,
    ) -> Result<Listing<Comment>, ApiError>;

    /// Writes a comment. Not repeated when the answer is lost.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`Removed`](crate::ApiErrorCause::Removed) from Bitbucket Cloud since August 2026.
    async fn comment_on_issue(
        &self,
        repository: &RepoRef,
        id: IssueId,
        text: &str,
    ) -> Result<Comment, ApiError>;
}
