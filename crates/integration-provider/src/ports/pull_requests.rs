//! Pull requests that were seen.

use async_trait::async_trait;
use bitbucket_api_paths::{CommentId, CommitSha, PullRequestId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::ids::RepositoryId;

/// A pull request as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackedPullRequest {
    /// The repository that it is to be merged into.
    pub repository: RepositoryId,
    /// Its number within that repository.
    pub id: PullRequestId,
    /// Its title.
    pub title: String,
    /// What its author wrote about it.
    pub description: String,
    /// Those messages of its commits that name an issue, oldest first.
    pub messages: Vec<String>,
    /// The issues that it asks to resolve, as short ids.
    pub issues: Vec<String>,
    /// Its author's name.
    pub author: Option<String>,
    /// Where it stands.
    pub state: PullRequestStanding,
    /// The branch with the changes.
    pub source_branch: Option<String>,
    /// The branch that it is to be merged into.
    pub destination_branch: Option<String>,
    /// The commit that merged it, by its full hash.
    pub merge_commit: Option<CommitSha>,
    /// Where a person sees it.
    pub web_url: Option<String>,
    /// When it changed last, by Bitbucket's clock.
    pub updated_at: Timestamp,
}

impl TrackedPullRequest {
    /// Everything that is said in it: title, description, and the messages of its commits.
    #[must_use]
    pub fn text(&self) -> String {
        let parts = [&self.title, &self.description];
        let parts = parts.into_iter().chain(&self.messages);
        let parts: Vec<&str> = parts.map(|part| part.trim()).collect();
        parts.join("\n\n")
    }
}

/// Where a pull request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PullRequestStanding {
    /// Not decided yet.
    Open,
    /// Merged.
    Merged,
    /// Declined.
    Declined,
    /// Superseded by another one.
    Superseded,
}

impl PullRequestStanding {
    /// The word that is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Merged => "merged",
            Self::Declined => "declined",
            Self::Superseded => "superseded",
        }
    }
}

/// Remembers pull requests, and the comment of ours on each.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait PullRequestLog: Send + Sync {
    /// Stores a pull request as it is now, unless a later state of it is known; says whether it was stored.
    async fn record(&self, pull_request: &TrackedPullRequest) -> Result<bool, StoreError>;

    /// The pull request with this number.
    async fn find(
        &self,
        repository: RepositoryId,
        id: PullRequestId,
    ) -> Result<Option<TrackedPullRequest>, StoreError>;

    /// The pull requests that these commits merged.
    async fn merged_by(
        &self,
        repository: RepositoryId,
        commits: &[CommitSha],
    ) -> Result<Vec<TrackedPullRequest>, StoreError>;

    /// Up to `limit` pull requests of a repository, those that changed last first.
    async fn list(
        &self,
        repository: RepositoryId,
        limit: usize,
    ) -> Result<Vec<TrackedPullRequest>, StoreError>;

    /// Our comment on a pull request, if it has one.
    async fn comment(
        &self,
        repository: RepositoryId,
        id: PullRequestId,
    ) -> Result<Option<CommentId>, StoreError>;

    /// Remembers which comment on a pull request is ours.
    async fn set_comment(
        &self,
        repository: RepositoryId,
        id: PullRequestId,
        comment: CommentId,
    ) -> Result<(), StoreError>;
}
