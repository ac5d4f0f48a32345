//! Pushing: new commits and moved references, as a test or a person describes them.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::world::{Commit, FileChange, Repository, Tag, acme, history, sha};

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

/// What a change did to a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moved {
    pub(crate) reference: Reference,
    pub(crate) old: Option<Target>,
    pub(crate) new: Option<Target>,
}

/// A branch or a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reference {
    Branch(String),
    Tag(String),
}

/// What a reference points to; a tag's message comes along.
pub(crate) type Target = Tag;

/// A change that cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Impossible(pub(crate) String);

/// Carries out one change.
pub(crate) fn apply(
    own: &mut Repository,
    change: &RefChange,
    now: Timestamp,
) -> Result<Moved, Impossible> {
    match change {
        RefChange::Branch {
            name,
            commits,
            onto,
        } => branch(own, name, commits, onto.as_deref(), now),
        RefChange::DeleteBranch { name } => Ok(Moved {
            reference: Reference::Branch(name.clone()),
            old: Some(plain(
                own.branches.remove(name).ok_or_else(|| unknown(name))?,
            )),
            new: None,
        }),
        RefChange::Tag {
            name,
            target,
            message,
        } => {
            let tag = Tag {
                target: find(own, target)?,
                message: message.clone(),
            };
            Ok(Moved {
                reference: Reference::Tag(name.clone()),
                old: own.tags.insert(name.clone(), tag.clone()),
                new: Some(tag),
            })
        }
        RefChange::DeleteTag { name } => Ok(Moved {
            reference: Reference::Tag(name.clone()),
            old: Some(own.tags.remove(name).ok_or_else(|| unknown(name))?),
            new: None,
        }),
    }
}

fn branch(
    own: &mut Repository,
    name: &str,
    commits: &[NewCommit],
    onto: Option<&str>,
    now: Timestamp,
) -> Result<Moved, Impossible> {
    let old = own.branches.get(name).cloned();
    let mut tip = match onto {
        Some(onto) => Some(find(own, onto)?),
        None => old
            .clone()
            .or_else(|| own.branches.get(own.main_branch.as_ref()?).cloned()),
    };
    for commit in commits {
        tip = Some(add(own, commit, tip.as_deref(), now)?);
    }
    let tip = tip.ok_or_else(|| Impossible(format!("branch {name} would have no commit")))?;
    own.branches.insert(name.to_owned(), tip.clone());
    own.main_branch.get_or_insert_with(|| name.to_owned());
    Ok(Moved {
        reference: Reference::Branch(name.to_owned()),
        old: old.map(plain),
        new: Some(plain(tip)),
    })
}

fn add(
    own: &mut Repository,
    new: &NewCommit,
    parent: Option<&str>,
    now: Timestamp,
) -> Result<String, Impossible> {
    let hash = sha(&new.label);
    if own.commit(&hash).is_some() {
        return Ok(hash);
    }
    let merged: Result<Vec<String>, Impossible> =
        new.merges.iter().map(|other| find(own, other)).collect();
    let parents: Vec<String> = parent
        .map(str::to_owned)
        .into_iter()
        .chain(merged?)
        .collect();
    let newest = parents
        .iter()
        .filter_map(|sha| own.commit(sha))
        .map(Commit::instant)
        .max();
    let date = newest.map_or(now, |date| {
        date.checked_add(SignedDuration::from_mins(1))
            .unwrap_or(date)
    });
    let default_file = || vec![FileChange::added(&format!("src/{}.rs", new.label))];
    own.commits.push(Commit {
        sha: hash.clone(),
        message: new.message.clone(),
        author: new.author.clone().unwrap_or_else(|| acme::ADA.to_owned()),
        date: new
            .date
            .clone()
            .unwrap_or_else(|| date.to_string().replace('Z', "+00:00")),
        parents,
        files: new.files.clone().unwrap_or_else(default_file),
    });
    Ok(hash)
}

/// A revision that may also be a label.
fn find(own: &Repository, revision: &str) -> Result<String, Impossible> {
    let labelled = sha(revision);
    let by_label = own.commit(&labelled).map(|_| labelled);
    history::resolve(own, revision)
        .or(by_label)
        .ok_or_else(|| unknown(revision))
}

fn plain(target: String) -> Target {
    Tag {
        target,
        message: None,
    }
}

fn unknown(revision: &str) -> Impossible {
    Impossible(format!("{revision} is unknown in the repository"))
}
