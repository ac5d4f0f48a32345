//! What stands in the files: at a commit, and before and after a change.

use std::collections::BTreeMap;

use similar::{ChangeTag, TextDiff};

use super::{
    bitbucket::{Commit, Repository},
    change::{ChangeKind, FileChange},
    history,
};

/// Lines of a file that was changed without ever having been added.
const UNSEEN_LINES: u32 = 10;

/// A file at a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) content: String,
    /// The commit and path that last wrote it: two files with the same are the same.
    written: String,
}

/// Files by path.
pub(crate) type Files = BTreeMap<String, File>;

/// A changed file with its content on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) change: FileChange,
    /// Nothing before it was added.
    pub(crate) old: Option<String>,
    /// Nothing once it was removed.
    pub(crate) new: Option<String>,
}

/// The files at a commit, by replaying its first-parent line.
pub(crate) fn files_at(repository: &Repository, sha: &str) -> Files {
    let mut files = Files::new();
    for commit in history::first_parents(repository, sha).into_iter().rev() {
        for change in &commit.files {
            replay(&mut files, commit, change);
        }
    }
    files
}

fn replay(files: &mut Files, commit: &Commit, change: &FileChange) {
    let written = format!("{}:{}", commit.sha, change.path);
    let file = |content| File { content, written };
    match &change.kind {
        ChangeKind::Added => {
            let content = after(change, "", commit);
            files.insert(change.path.clone(), file(content));
        }
        ChangeKind::Modified => {
            let before = files.remove(&change.path);
            let before = before.map_or_else(|| unseen(&change.path), |file| file.content);
            files.insert(change.path.clone(), file(after(change, &before, commit)));
        }
        ChangeKind::Removed => {
            files.remove(&change.path);
        }
        ChangeKind::Renamed { from } => {
            let before = files.remove(from).unwrap_or_else(|| File {
                content: unseen(from),
                written: format!("unseen:{from}"),
            });
            let content = after(change, &before.content, commit);
            let moved = match content == before.content {
                true => before,
                false => file(content),
            };
            files.insert(change.path.clone(), moved);
        }
    }
}

/// The content after a change: as given, else the old lines without the last ones, and new lines below.
fn after(change: &FileChange, before: &str, commit: &Commit) -> String {
    if let Some(content) = &change.content {
        return content.clone();
    }
    let kept = before.lines().count();
    let kept = kept.saturating_sub(usize::try_from(change.lines_removed).unwrap_or(usize::MAX));
    let mut content: String = before.split_inclusive('\n').take(kept).collect();
    let name = &commit.sha[..7.min(commit.sha.len())];
    for line in 1..=change.lines_added {
        content.push_str(&format!("line {line} by {name}\n"));
    }
    content
}

fn unseen(path: &str) -> String {
    (1..=UNSEEN_LINES)
        .map(|line| format!("line {line} of {path}\n"))
        .collect()
}

/// What a commit did against its first parent.
pub(crate) fn of_commit(repository: &Repository, commit: &Commit) -> Vec<Difference> {
    let before = commit.parents.first();
    let before = before.map_or_else(Files::new, |parent| files_at(repository, parent));
    let differences = commit.files.iter().map(|change| {
        let old_path = match &change.kind {
            ChangeKind::Added => None,
            ChangeKind::Modified | ChangeKind::Removed => Some(&change.path),
            ChangeKind::Renamed { from } => Some(from),
        };
        let old = old_path.map(|path| {
            let known = before.get(path).map(|file| file.content.clone());
            known.unwrap_or_else(|| unseen(path))
        });
        let new = match change.kind {
            ChangeKind::Removed => None,
            _ => Some(after(change, old.as_deref().unwrap_or_default(), commit)),
        };
        Difference::measured(change.clone(), old, new)
    });
    differences.collect()
}

/// What one must do to `old` to get `new` (full hashes), by path.
pub(crate) fn between(repository: &Repository, old: &str, new: &str) -> Vec<Difference> {
    let (before, after) = (files_at(repository, old), files_at(repository, new));
    let mut gone: BTreeMap<&str, &str> = before
        .iter()
        .filter(|(path, _)| !after.contains_key(*path))
        .map(|(path, file)| (file.written.as_str(), path.as_str()))
        .collect();
    let mut differences = Vec::new();
    for (path, file) in &after {
        let (kind, old) = match before.get(path) {
            Some(same) if same.written == file.written => continue,
            Some(other) => (ChangeKind::Modified, Some(other.content.clone())),
            None => match gone.remove(file.written.as_str()) {
                Some(from) => {
                    let from = from.to_owned();
                    (ChangeKind::Renamed { from }, Some(file.content.clone()))
                }
                None => (ChangeKind::Added, None),
            },
        };
        let change = FileChange::of(path, kind, 0, 0);
        differences.push(Difference::counted(change, old, Some(file.content.clone())));
    }
    for path in gone.into_values() {
        let change = FileChange::of(path, ChangeKind::Removed, 0, 0);
        let old = before.get(path).map(|file| file.content.clone());
        differences.push(Difference::counted(change, old, None));
    }
    differences.sort_by(|left, right| left.change.path.cmp(&right.change.path));
    differences
}

impl Difference {
    /// The numbers of lines are those of the change, unless it gives the content itself.
    fn measured(change: FileChange, old: Option<String>, new: Option<String>) -> Self {
        match change.content.is_some() {
            true => Self::counted(change, old, new),
            false => Self { change, old, new },
        }
    }

    /// The numbers of lines are those of the content; binary files have none.
    fn counted(mut change: FileChange, old: Option<String>, new: Option<String>) -> Self {
        let (before, after) = (
            old.as_deref().unwrap_or_default(),
            new.as_deref().unwrap_or_default(),
        );
        let (mut added, mut removed) = (0, 0);
        if !is_binary(before) && !is_binary(after) {
            for line in TextDiff::from_lines(before, after).iter_all_changes() {
                match line.tag() {
                    ChangeTag::Insert => added += 1,
                    ChangeTag::Delete => removed += 1,
                    ChangeTag::Equal => {}
                }
            }
        }
        (change.lines_added, change.lines_removed) = (added, removed);
        change.content = None;
        Self { change, old, new }
    }

    /// The same as a removed and an added file, if it moved.
    pub(crate) fn without_rename(self) -> Vec<Self> {
        let ChangeKind::Renamed { from } = &self.change.kind else {
            return vec![self];
        };
        let gone = FileChange::of(from, ChangeKind::Removed, 0, 0);
        let come = FileChange::of(&self.change.path, ChangeKind::Added, 0, 0);
        vec![
            Self::counted(gone, self.old, None),
            Self::counted(come, None, self.new),
        ]
    }
}

/// Whether git would call it binary.
pub(crate) fn is_binary(content: &str) -> bool {
    content.as_bytes().contains(&0)
}
