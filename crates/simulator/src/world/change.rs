//! What a commit did to a file.

use serde::{Deserialize, Serialize};

/// One changed file of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileChange {
    /// Path after the change; for a removed file the path before it.
    pub path: String,
    /// What happened.
    pub kind: ChangeKind,
    /// Lines added.
    #[serde(default)]
    pub lines_added: u32,
    /// Lines removed.
    #[serde(default)]
    pub lines_removed: u32,
    /// The whole file after the change; lines that fit the two numbers are made up if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

/// What happened to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// New file.
    Added,
    /// Other content.
    Modified,
    /// Gone.
    Removed,
    /// Moved, and possibly modified.
    Renamed {
        /// The old path.
        from: String,
    },
}

impl FileChange {
    /// A new file of ten lines.
    pub fn added(path: &str) -> Self {
        Self::of(path, ChangeKind::Added, 10, 0)
    }

    /// A file with two lines added and one removed.
    pub fn modified(path: &str) -> Self {
        Self::of(path, ChangeKind::Modified, 2, 1)
    }

    /// A file of ten lines that is gone.
    pub fn removed(path: &str) -> Self {
        Self::of(path, ChangeKind::Removed, 0, 10)
    }

    /// A file that moved without a change.
    pub fn renamed(from: &str, path: &str) -> Self {
        let from = from.to_owned();
        Self::of(path, ChangeKind::Renamed { from }, 0, 0)
    }

    /// A new file with exactly this content.
    pub fn written(path: &str, content: &str) -> Self {
        let lines = u32::try_from(content.lines().count()).unwrap_or(u32::MAX);
        Self {
            content: Some(content.to_owned()),
            ..Self::of(path, ChangeKind::Added, lines, 0)
        }
    }

    /// A file that has exactly this content now; the numbers of lines follow from what it was before.
    pub fn rewritten(path: &str, content: &str) -> Self {
        Self {
            content: Some(content.to_owned()),
            ..Self::of(path, ChangeKind::Modified, 0, 0)
        }
    }

    pub(crate) fn of(path: &str, kind: ChangeKind, lines_added: u32, lines_removed: u32) -> Self {
        Self {
            path: path.to_owned(),
            kind,
            lines_added,
            lines_removed,
            content: None,
        }
    }
}
