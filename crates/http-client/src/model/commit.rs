//! Commits, the ranges that select them and the listings that hold them.

use bitbucket_api_paths::{CommitSha, ParseError, Revision};
use serde::Deserialize;

use super::{CommitAuthor, Fields, lenient};
use crate::error::ApiError;

/// One commit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WireCommit")]
pub struct Commit {
    /// Its full hash.
    pub sha: CommitSha,
    /// The whole message.
    pub message: String,
    /// Who wrote it.
    pub author: CommitAuthor,
    /// When it was committed.
    pub date: jiff::Timestamp,
    /// Its parents, the first one first; empty for a root commit.
    pub parents: Vec<CommitSha>,
}

impl Commit {
    /// A commit without parents, for tests and adapters.
    #[must_use]
    pub fn new(
        sha: CommitSha,
        message: String,
        author: CommitAuthor,
        date: jiff::Timestamp,
    ) -> Self {
        Self {
            sha,
            message,
            author,
            date,
            parents: Vec::new(),
        }
    }
}

/// Which commits to list: those reachable from `include` and not from `exclude`, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitRange {
    /// Where to start; empty means every branch.
    pub include: Vec<Revision>,
    /// What to leave out with all its ancestors.
    pub exclude: Vec<Revision>,
    /// The most commits wanted.
    pub limit: usize,
}

impl CommitRange {
    /// The commits in `new` and not in `old`, at most `limit`.
    #[must_use]
    pub fn between(old: Option<Revision>, new: Revision, limit: usize) -> Self {
        Self {
            include: vec![new],
            exclude: old.into_iter().collect(),
            limit,
        }
    }
}

/// The commits of a range.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommitListing {
    /// Newest first, at most as many as asked for.
    pub commits: Vec<Commit>,
    /// Whether these are all of them.
    pub complete: bool,
    /// An error of cause [`UnreadableEntry`](crate::ApiErrorCause::UnreadableEntry) for each commit that could not be read
    /// and is not among the others; the listing is then not complete.
    pub unreadable: Vec<ApiError>,
}

impl Fields for Commit {
    const FIELDS: &'static [&'static str] = &[
        "hash",
        "message",
        "date",
        "author.raw",
        "author.user.account_id",
        "parents.hash",
    ];
}

#[derive(Deserialize)]
struct WireCommit {
    hash: String,
    #[serde(default, deserialize_with = "lenient")]
    message: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    author: Option<CommitAuthor>,
    date: jiff::Timestamp,
    #[serde(default, deserialize_with = "lenient")]
    parents: Option<Vec<WireParent>>,
}

#[derive(Deserialize)]
struct WireParent {
    hash: String,
}

impl TryFrom<WireCommit> for Commit {
    type Error = ParseError;

    fn try_from(wire: WireCommit) -> Result<Self, Self::Error> {
        let parents = wire.parents.unwrap_or_default();
        Ok(Self {
            sha: CommitSha::parse(&wire.hash)?,
            message: wire.message.unwrap_or_default(),
            author: wire.author.unwrap_or_default(),
            date: wire.date,
            parents: parents
                .iter()
                .map(|parent| CommitSha::parse(&parent.hash))
                .collect::<Result<_, _>>()?,
        })
    }
}
