//! Commits that were seen, and which files they changed.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use bitbucket_api_paths::CommitSha;
use bitbucket_http_client::FileChange;
use jiff::Timestamp;

use super::StoreError;
use crate::ids::RepositoryId;

/// A commit as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedCommit {
    /// Its full hash.
    pub sha: CommitSha,
    /// Its whole message.
    pub message: String,
    /// The author's name, if the author line has one.
    pub author_name: Option<String>,
    /// The author's e-mail address, if the author line has one.
    pub author_email: Option<String>,
    /// The Atlassian account, when Bitbucket knows the address.
    pub author_account_id: Option<String>,
    /// When it was made.
    pub committed_at: Timestamp,
    /// The branch it was first seen on, if known.
    pub branch: Option<String>,
}

/// What a push told of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learned {
    /// Which repository.
    pub repository: RepositoryId,
    /// The commits that came; those that are known already stay as they were recorded first.
    pub commits: Vec<LoggedCommit>,
    /// Where its branches stand now; `None` forgets a branch.
    pub heads: Vec<(String, Option<CommitSha>)>,
}

/// Remembers commits; a commit never changes, so the first record of it stays.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait CommitLog: Send + Sync {
    /// Stores those commits that are new for the repository; says how many that were.
    async fn record(
        &self,
        repository: RepositoryId,
        commits: &[LoggedCommit],
        now: Timestamp,
    ) -> Result<usize, StoreError>;

    /// One commit.
    async fn find(
        &self,
        repository: RepositoryId,
        sha: &CommitSha,
    ) -> Result<Option<LoggedCommit>, StoreError>;

    /// The changed files of those commits whose changes were stored.
    async fn changes(
        &self,
        repository: RepositoryId,
        commits: &[CommitSha],
    ) -> Result<HashMap<CommitSha, Vec<FileChange>>, StoreError>;

    /// Where the branches of a repository stood when their commits were read last, by name.
    async fn heads(
        &self,
        repository: RepositoryId,
    ) -> Result<BTreeMap<String, CommitSha>, StoreError>;

    /// Remembers where branches stand, all or nothing; `None` forgets a branch.
    async fn set_heads(
        &self,
        repository: RepositoryId,
        heads: &[(String, Option<CommitSha>)],
    ) -> Result<(), StoreError>;

    /// Stores the changed files of a commit.
    async fn record_changes(
        &self,
        repository: RepositoryId,
        sha: &CommitSha,
        changes: &[FileChange],
    ) -> Result<(), StoreError>;
}
