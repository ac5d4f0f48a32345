//! Pushing: new commits and moved references, as a test or a person describes them.

use serde::{Deserialize, Serialize};

use crate::world::FileChange;

/// A push to one repository: any number of changed references.
///
/// ```
/// use bitbucket_simulator::control::{NewCommit, Push};
///
/// let push = Push::to("acme/rocket").commits("main", [NewCommit::new("a1", "Fixes ROCKET-1A")]);
/// assert_eq!(push.changes.len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Push {
    /// Full name of the repository.
    pub repository: String,
    /// What happens, in this order.
    pub changes: Vec<RefChange>,
    /// Who pushes.
    #[serde(default)]
    pub actor: Actor,
}

/// Who pushes, as the payload shows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The first account of the world.
    #[default]
    FirstUser,
    /// An app without an account id.
    App,
    /// `null`.
    Nobody,
}

/// One changed reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefChange {
    /// A branch gets commits; it is made if it is not there.
    Branch {
        /// Name.
        name: String,
        /// New commits, oldest first; each stands on the one before it.
        commits: Vec<NewCommit>,
        /// What the first commit stands on: the branch itself if absent, else the main branch.
        #[serde(default)]
        onto: Option<String>,
    },
    /// A branch is gone.
    DeleteBranch {
        /// Name.
        name: String,
    },
    /// A tag is made or moved.
    Tag {
        /// Name.
        name: String,
        /// Branch, tag, hash or label of the tagged commit.
        target: String,
        /// Message of an annotated tag.
        #[serde(default)]
        message: Option<String>,
    },
    /// A tag is gone.
    DeleteTag {
        /// Name.
        name: String,
    },
}

/// A commit to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCommit {
    /// Short name or full hash; a commit that exists already is only pushed again.
    pub label: String,
    /// Whole message.
    pub message: String,
    /// `Name <mail>`; Ada, who has an account, if absent.
    #[serde(default)]
    pub author: Option<String>,
    /// ISO 8601 with an offset; a minute after the parent's if absent.
    #[serde(default)]
    pub date: Option<String>,
    /// Further parents (labels or hashes) of a merge.
    #[serde(default)]
    pub merges: Vec<String>,
    /// Changed files; one new file named after the label if absent.
    #[serde(default)]
    pub files: Option<Vec<FileChange>>,
}

impl Push {
    /// A push that changes nothing yet.
    pub fn to(repository: impl Into<String>) -> Self {
        Self {
            repository: repository.into(),
            changes: Vec::new(),
            actor: Actor::FirstUser,
        }
    }

    /// Commits on top of a branch.
    #[must_use]
    pub fn commits(self, branch: &str, commits: impl IntoIterator<Item = NewCommit>) -> Self {
        self.change(RefChange::Branch {
            name: branch.to_owned(),
            commits: commits.into_iter().collect(),
            onto: None,
        })
    }

    /// One commit on top of a branch.
    #[must_use]
    pub fn commit(self, branch: &str, label: &str, message: &str) -> Self {
        self.commits(branch, [NewCommit::new(label, message)])
    }

    /// A branch that begins at, or is thrown back to, `onto` (branch, tag, hash or label) before the commits come.
    #[must_use]
    pub fn reset(
        self,
        branch: &str,
        onto: &str,
        commits: impl IntoIterator<Item = NewCommit>,
    ) -> Self {
        self.change(RefChange::Branch {
            name: branch.to_owned(),
            commits: commits.into_iter().collect(),
            onto: Some(onto.to_owned()),
        })
    }

    /// A deleted branch.
    #[must_use]
    pub fn delete_branch(self, name: &str) -> Self {
        let name = name.to_owned();
        self.change(RefChange::DeleteBranch { name })
    }

    /// A lightweight tag.
    #[must_use]
    pub fn tag(self, name: &str, target: &str) -> Self {
        self.change(RefChange::Tag {
            name: name.to_owned(),
            target: target.to_owned(),
            message: None,
        })
    }

    /// A deleted tag.
    #[must_use]
    pub fn delete_tag(self, name: &str) -> Self {
        let name = name.to_owned();
        self.change(RefChange::DeleteTag { name })
    }

    /// One more change.
    #[must_use]
    pub fn change(mut self, change: RefChange) -> Self {
        self.changes.push(change);
        self
    }

    /// Another actor.
    #[must_use]
    pub fn by(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }
}

impl NewCommit {
    /// A commit by Ada that adds one file named after the label.
    pub fn new(label: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            message: message.into(),
            author: None,
            date: None,
            merges: Vec::new(),
            files: None,
        }
    }

    /// Another author, `Name <mail>`.
    #[must_use]
    pub fn author(mut self, author: impl Into<String>) -> Self {
        self.author = Some(author.into());
        self
    }

    /// Another date, ISO 8601 with an offset.
    #[must_use]
    pub fn date(mut self, date: impl Into<String>) -> Self {
        self.date = Some(date.into());
        self
    }

    /// Exactly these changed files.
    #[must_use]
    pub fn files(mut self, files: impl IntoIterator<Item = FileChange>) -> Self {
        self.files = Some(files.into_iter().collect());
        self
    }

    /// A further parent.
    #[must_use]
    pub fn merges(mut self, revision: impl Into<String>) -> Self {
        self.merges.push(revision.into());
        self
    }
}
