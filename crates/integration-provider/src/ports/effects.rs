//! What was done to issues because of commits.

use async_trait::async_trait;
use bitbucket_api_paths::CommitSha;
use bitbucket_commit_resolver::Action;
use jiff::Timestamp;

use super::StoreError;
use crate::ids::RepositoryId;

/// Something that was done to an issue because of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueEffect {
    /// The issue's short id, as the tracker spells it.
    pub short_id: String,
    /// What was done; [`Action::Reference`]: it was said there that the commit names it.
    pub action: Action,
    /// The commit, by its full hash.
    pub commit: CommitSha,
}

/// Remembers what was done, so that it is not done again and a later revert can undo it.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait EffectLog: Send + Sync {
    /// Remembers what was done; what is known stays.
    async fn record(
        &self,
        repository: RepositoryId,
        effect: &IssueEffect,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// What was done because of these commits of a repository, and everything else that commits of it did to the same issues; in the
    /// order in which it was done. The hashes are in lower case and may be abbreviated to 7 digits.
    async fn around(
        &self,
        repository: RepositoryId,
        commits: &[String],
    ) -> Result<Vec<IssueEffect>, StoreError>;
}
