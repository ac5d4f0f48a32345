//! Pull requests.

use bitbucket_api_paths::{CommitSha, Filter, ParseError, PullRequestId, RepoFullName};
use serde::Deserialize;

use super::open_enum::open_enum;
use super::{Account, Fields, href, lenient};

/// A pull request. Bitbucket abbreviates the hashes in it to 12 characters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WirePullRequest")]
#[non_exhaustive]
pub struct PullRequest {
    /// Its number within its repository.
    pub id: PullRequestId,
    /// Its title.
    pub title: String,
    /// What its author wrote about it; empty when nothing.
    pub description: String,
    /// Whether it is not meant to be merged yet.
    pub draft: bool,
    /// Where it stands.
    pub state: PullRequestState,
    /// Who opened it; `None` when the account is gone.
    pub author: Option<Account>,
    /// What is to be merged.
    pub source: PullRequestEnd,
    /// Where it is to be merged into.
    pub destination: PullRequestEnd,
    /// The commit that merged it.
    pub merge_commit: Option<CommitSha>,
    /// When it changed last; `None` when Bitbucket did not say.
    pub updated_on: Option<jiff::Timestamp>,
    /// Its page for people.
    pub html_url: Option<String>,
}

/// One end of a pull request. What was deleted since is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(from = "WireEnd")]
#[non_exhaustive]
pub struct PullRequestEnd {
    /// The repository; `None` when the fork was deleted.
    pub repository: Option<RepoFullName>,
    /// The branch.
    pub branch: Option<String>,
    /// The newest commit, abbreviated.
    pub commit: Option<CommitSha>,
}

open_enum! {
    /// Where a pull request stands.
    PullRequestState {
        /// Open.
        Open = "OPEN",
        /// Merged.
        Merged = "MERGED",
        /// Declined.
        Declined = "DECLINED",
        /// Superseded by another one.
        Superseded = "SUPERSEDED",
    }
}

/// Which pull requests of a repository to list, newest update first.
#[derive(Debug, Clone, Default)]
pub struct PullRequestQuery {
    /// Those in one of these states; when empty, the open ones.
    pub states: Vec<PullRequestState>,
    /// Only those that this filter takes.
    pub filter: Option<Filter>,
}

/// The pull requests through which a commit came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullRequestsOfCommit {
    /// These; perhaps none.
    Found(Vec<PullRequest>),
    /// Bitbucket is still indexing the repository; ask again later.
    Indexing,
    /// The commit or repository is not there, or the app "Pull Request Commit Links" is not installed: Bitbucket
    /// answers all of these alike.
    NotAvailable,
}

impl Fields for PullRequest {
    const FIELDS: &'static [&'static str] = &[
        "id",
        "title",
        "description",
        "draft",
        "updated_on",
        "state",
        "author.uuid",
        "author.account_id",
        "author.display_name",
        "source.repository.full_name",
        "source.branch.name",
        "source.commit.hash",
        "destination.repository.full_name",
        "destination.branch.name",
        "destination.commit.hash",
        "merge_commit.hash",
        "links.html.href",
    ];
}

#[derive(Deserialize)]
struct WirePullRequest {
    id: u64,
    #[serde(default, deserialize_with = "lenient")]
    title: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    draft: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    updated_on: Option<jiff::Timestamp>,
    #[serde(default, deserialize_with = "lenient")]
    state: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    author: Option<Account>,
    #[serde(default, deserialize_with = "lenient")]
    source: Option<PullRequestEnd>,
    #[serde(default, deserialize_with = "lenient")]
    destination: Option<PullRequestEnd>,
    #[serde(default, deserialize_with = "lenient")]
    merge_commit: Option<WireCommit>,
    #[serde(default)]
    links: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct WireEnd {
    #[serde(default, deserialize_with = "lenient")]
    repository: Option<WireRepository>,
    #[serde(default, deserialize_with = "lenient")]
    branch: Option<WireBranch>,
    #[serde(default, deserialize_with = "lenient")]
    commit: Option<WireCommit>,
}

#[derive(Deserialize)]
struct WireRepository {
    full_name: String,
}

#[derive(Deserialize)]
struct WireBranch {
    name: String,
}

#[derive(Deserialize)]
struct WireCommit {
    hash: String,
}

impl WireCommit {
    fn sha(self) -> Option<CommitSha> {
        CommitSha::parse(&self.hash).ok()
    }
}

impl From<WireEnd> for PullRequestEnd {
    fn from(wire: WireEnd) -> Self {
        Self {
            repository: wire
                .repository
                .and_then(|repository| RepoFullName::parse(&repository.full_name).ok()),
            branch: wire.branch.map(|branch| branch.name),
            commit: wire.commit.and_then(WireCommit::sha),
        }
    }
}

impl TryFrom<WirePullRequest> for PullRequest {
    type Error = ParseError;

    fn try_from(wire: WirePullRequest) -> Result<Self, Self::Error> {
        Ok(Self {
            id: PullRequestId::new(wire.id)?,
            title: wire.title.unwrap_or_default(),
            description: wire.description.unwrap_or_default(),
            draft: wire.draft.unwrap_or(false),
            updated_on: wire.updated_on,
            state: wire.state.unwrap_or_default().into(),
            author: wire.author,
            source: wire.source.unwrap_or_default(),
            destination: wire.destination.unwrap_or_default(),
            merge_commit: wire.merge_commit.and_then(WireCommit::sha),
            html_url: href(wire.links.as_ref(), "html"),
        })
    }
}
