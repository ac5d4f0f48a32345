//! The files that a commit changed.

use serde::Deserialize;

use super::{Fields, lenient};

/// One changed file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileChange {
    /// Its path after the change; for a removed file, before it.
    pub path: String,
    /// What happened to it.
    pub kind: ChangeKind,
}

/// What happened to a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// Its content or mode changed.
    Modified,
    /// It is gone.
    Removed,
    /// It moved here, perhaps with changes.
    Renamed {
        /// Its path before.
        from: String,
    },
}

impl FileChange {
    /// A change of `path`.
    #[must_use]
    pub fn new(path: impl Into<String>, kind: ChangeKind) -> Self {
        Self {
            path: path.into(),
            kind,
        }
    }
}

/// One entry of a diffstat as sent. An entry without any path says nothing and becomes `None`.
#[derive(Debug, Deserialize)]
pub(crate) struct WireFileChange {
    #[serde(default, deserialize_with = "lenient")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    old: Option<WireFile>,
    #[serde(default, deserialize_with = "lenient")]
    new: Option<WireFile>,
}

impl Fields for WireFileChange {
    const FIELDS: &'static [&'static str] = &["status", "old.path", "new.path"];
}

#[derive(Debug, Deserialize)]
struct WireFile {
    path: String,
}

impl WireFileChange {
    /// The change by its two paths; `status` only tells a copy from a rename. Statuses that Bitbucket adds, such as
    /// those of merge conflicts, thereby still name a change.
    pub(crate) fn into_change(self) -> Option<FileChange> {
        let renamed = self.status.as_deref() == Some("renamed");
        match (
            self.old.map(|file| file.path),
            self.new.map(|file| file.path),
        ) {
            (None, None) => None,
            (None, Some(new)) => Some(FileChange::new(new, ChangeKind::Added)),
            (Some(old), None) => Some(FileChange::new(old, ChangeKind::Removed)),
            (Some(old), Some(new)) if old == new => {
                Some(FileChange::new(new, ChangeKind::Modified))
            }
            (Some(old), Some(new)) if renamed => {
                Some(FileChange::new(new, ChangeKind::Renamed { from: old }))
            }
            (Some(_), Some(new)) => Some(FileChange::new(new, ChangeKind::Added)),
        }
    }
}
