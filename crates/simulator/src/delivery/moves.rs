//! Carrying out a push: commits are made, references move.

use jiff::{SignedDuration, Timestamp};

use super::push::{NewCommit, RefChange};
use crate::world::{Commit, FileChange, Repository, Tag, acme, history, sha};

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

/// Carries out a push, all of it or nothing.
pub(crate) fn apply(
    own: &mut Repository,
    changes: &[RefChange],
    now: Timestamp,
) -> Result<Vec<Moved>, Impossible> {
    let (branches, tags) = (own.branches.clone(), own.tags.clone());
    let (main_branch, commits) = (own.main_branch.clone(), own.commits.len());
    let moved: Result<Vec<Moved>, Impossible> = changes
        .iter()
        .map(|change| apply_one(own, change, now))
        .collect();
    if moved.is_err() {
        own.branches = branches;
        own.tags = tags;
        own.main_branch = main_branch;
        own.commits.truncate(commits);
    }
    moved
}

fn apply_one(
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
