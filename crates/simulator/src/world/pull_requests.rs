//! Pull requests, and what is said and decided on them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{bitbucket::Repository, history};

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequest {
    /// Number within the destination repository, from 1.
    pub id: u64,
    /// Title.
    pub title: String,
    /// Description.
    #[serde(default)]
    pub description: String,
    /// What became of it.
    pub state: PullRequestState,
    /// Whether it is a draft.
    #[serde(default)]
    pub draft: bool,
    /// Who opened it: an account's uuid, or a credential's name.
    pub author: String,
    /// Where the changes are.
    pub source: End,
    /// Where they are to go.
    pub destination: End,
    /// Full hash of the merge.
    #[serde(default)]
    pub merge_commit: Option<String>,
    /// Who merged or declined it.
    #[serde(default)]
    pub closed_by: Option<String>,
    /// Why it was declined.
    #[serde(default)]
    pub reason: String,
    /// Whether the source branch goes with the merge.
    #[serde(default)]
    pub close_source_branch: bool,
    /// Accounts (uuids) that are asked to review.
    #[serde(default)]
    pub reviewers: Vec<String>,
    /// What reviewers said, one word each.
    #[serde(default)]
    pub verdicts: Vec<Verdict>,
    /// Comments, oldest first.
    #[serde(default)]
    pub comments: Vec<Comment>,
    /// Tasks, oldest first.
    #[serde(default)]
    pub tasks: Vec<Task>,
    /// When it was opened.
    pub created_on: Timestamp,
    /// When it last changed.
    pub updated_on: Timestamp,
}

/// What became of a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PullRequestState {
    /// Nothing yet.
    Open,
    /// It was merged.
    Merged,
    /// It was declined.
    Declined,
    /// Another took its place.
    Superseded,
}

impl PullRequestState {
    /// As Bitbucket writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Merged => "MERGED",
            Self::Declined => "DECLINED",
            Self::Superseded => "SUPERSEDED",
        }
    }
}

/// One side of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Full name of the repository; none if it was a fork that is gone.
    pub repository: Option<String>,
    /// Branch.
    pub branch: String,
    /// Full hash of the branch's commit.
    pub commit: String,
}

/// What a reviewer said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The account's uuid, or the credential's name.
    pub user: String,
    /// `approved` or `changes_requested`.
    pub state: String,
    /// When.
    pub at: Timestamp,
}

/// A comment on a pull request or an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Number, unique everywhere.
    pub id: u64,
    /// The text as it was written.
    pub raw: String,
    /// Who wrote it: an account's uuid, or a credential's name.
    pub author: String,
    /// The comment that it answers.
    #[serde(default)]
    pub parent: Option<u64>,
    /// Where in the changes it stands.
    #[serde(default)]
    pub inline: Option<Inline>,
    /// Whether it was deleted.
    #[serde(default)]
    pub deleted: bool,
    /// Whether its thread is resolved.
    #[serde(default)]
    pub resolved: bool,
    /// When it was written.
    pub created_on: Timestamp,
    /// When it last changed.
    pub updated_on: Timestamp,
}

/// A place in the changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inline {
    /// The file.
    pub path: String,
    /// Line before the change.
    #[serde(default)]
    pub from: Option<u32>,
    /// Line after the change.
    #[serde(default)]
    pub to: Option<u32>,
}

/// A task on a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Number, unique everywhere.
    pub id: u64,
    /// What is to be done.
    pub raw: String,
    /// Who made it.
    pub creator: String,
    /// Whether it is done.
    #[serde(default)]
    pub resolved: bool,
    /// The comment that it belongs to.
    #[serde(default)]
    pub comment: Option<u64>,
    /// When it was made.
    pub created_on: Timestamp,
    /// When it last changed.
    pub updated_on: Timestamp,
}

/// Whether commits lead to their pull requests: an app of Bitbucket that is enabled per repository, and then indexes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommitLinks {
    /// The app is not enabled: 404.
    #[default]
    Off,
    /// It indexes: 202.
    Indexing,
    /// It is ready.
    On,
}

impl PullRequest {
    /// An open pull request between two branches of one repository, as its next number; nothing if a branch is missing.
    pub fn between(
        repository: &Repository,
        author: &str,
        title: &str,
        (source, destination): (&str, &str),
        now: Timestamp,
    ) -> Option<Self> {
        let end = |branch: &str| {
            Some(End {
                repository: Some(repository.full_name()),
                branch: branch.to_owned(),
                commit: repository.branches.get(branch)?.clone(),
            })
        };
        let numbers = repository.pull_requests.iter().map(|one| one.id);
        Some(Self {
            id: numbers.max().unwrap_or(0) + 1,
            title: title.to_owned(),
            description: String::new(),
            state: PullRequestState::Open,
            draft: false,
            author: author.to_owned(),
            source: end(source)?,
            destination: end(destination)?,
            merge_commit: None,
            closed_by: None,
            reason: String::new(),
            close_source_branch: false,
            reviewers: Vec::new(),
            verdicts: Vec::new(),
            comments: Vec::new(),
            tasks: Vec::new(),
            created_on: now,
            updated_on: now,
        })
    }

    /// The commits of source and destination: of the branches as they stand while it is open, else as they stood at its end.
    pub(crate) fn heads(&self, home: &Repository) -> (String, String) {
        let head = |end: &End| {
            let live = home.branches.get(&end.branch);
            let live = live.filter(|_| self.state == PullRequestState::Open);
            live.unwrap_or(&end.commit).clone()
        };
        (head(&self.source), head(&self.destination))
    }

    /// The commits that it brings, newest first.
    pub(crate) fn commits<'a>(&self, home: &'a Repository) -> Vec<&'a super::Commit> {
        let (source, destination) = self.heads(home);
        history::range(home, &[source], &[destination])
    }
}
