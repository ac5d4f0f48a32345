//! One changed file, and the header lines that tell it.

use super::names::{bare, pair, sided};
use crate::model::{ChangeKind, FileChange};

/// The mode of a submodule's entry.
const SUBMODULE: &[u8] = b"160000";

/// A file that a diff changes. Paths are bytes: git does not demand that they are text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DiffFile {
    /// The path before; `None` for an added file.
    pub old_path: Option<Vec<u8>>,
    /// The path after; `None` for a removed file.
    pub new_path: Option<Vec<u8>>,
    /// What happened.
    pub kind: DiffKind,
    /// Whether git took it for binary.
    pub binary: bool,
    /// Whether its mode changed, for example to executable.
    pub mode_changed: bool,
    /// Whether it is a submodule.
    pub submodule: bool,
}

/// What a diff does to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DiffKind {
    /// It is new.
    Added,
    /// Its content or mode changes.
    Modified,
    /// It goes.
    Removed,
    /// It moves, perhaps with changes.
    Renamed,
    /// It comes to be as a copy, perhaps with changes.
    Copied,
}

/// What a renamed file counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Renames {
    /// As one change that names both paths.
    Kept,
    /// As a removal and an addition.
    Split,
}

impl DiffFile {
    /// The file's change, or two for a rename that is split. A copy is an addition. Bytes that are no text are
    /// replaced by `U+FFFD`.
    #[must_use]
    pub fn changes(&self, renames: Renames) -> Vec<FileChange> {
        let new = || text(self.new_path.as_deref());
        let old = || text(self.old_path.as_deref());
        match (self.kind, renames) {
            (DiffKind::Added | DiffKind::Copied, _) => {
                vec![FileChange::new(new(), ChangeKind::Added)]
            }
            (DiffKind::Modified, _) => vec![FileChange::new(new(), ChangeKind::Modified)],
            (DiffKind::Removed, _) => vec![FileChange::new(old(), ChangeKind::Removed)],
            (DiffKind::Renamed, Renames::Kept) => {
                vec![FileChange::new(new(), ChangeKind::Renamed { from: old() })]
            }
            (DiffKind::Renamed, Renames::Split) => {
                vec![
                    FileChange::new(old(), ChangeKind::Removed),
                    FileChange::new(new(), ChangeKind::Added),
                ]
            }
        }
    }
}

fn text(path: Option<&[u8]>) -> String {
    String::from_utf8_lossy(path.unwrap_or_default()).into_owned()
}

/// What the header lines of one file have said so far.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// The paths of the first line, where they could be told apart.
    named: Option<(Vec<u8>, Vec<u8>)>,
    /// The paths of `---` and `+++`; the inner `None` is `/dev/null`.
    before: Option<Option<Vec<u8>>>,
    after: Option<Option<Vec<u8>>>,
    from: Option<Vec<u8>>,
    to: Option<Vec<u8>>,
    copied: bool,
    added: bool,
    removed: bool,
    binary: bool,
    mode_changed: bool,
    submodule: bool,
}

impl Header {
    /// The header that `line` begins, if it does.
    pub(super) fn begin(line: &[u8]) -> Option<Self> {
        let named = if let Some(names) = line.strip_prefix(b"diff --git ") {
            pair(names)
        } else {
            let name = line
                .strip_prefix(b"diff --cc ")
                .or_else(|| line.strip_prefix(b"diff --combined "))?;
            Some((bare(name), bare(name)))
        };
        Some(Self {
            named,
            ..Self::default()
        })
    }

    /// Reads the next line; `false` when it belongs to the content.
    pub(super) fn read(&mut self, line: &[u8]) -> bool {
        match line.first() {
            Some(b'-') => line
                .strip_prefix(b"--- ")
                .is_some_and(|path| note(&mut self.before, sided(path))),
            Some(b'+') => line
                .strip_prefix(b"+++ ")
                .is_some_and(|path| note(&mut self.after, sided(path))),
            Some(b'B' | b'G') => {
                self.binary = line.starts_with(b"Binary files ") || line == b"GIT binary patch";
                false
            }
            _ => self.read_extended(line),
        }
    }

    fn read_extended(&mut self, line: &[u8]) -> bool {
        if let Some(path) = line.strip_prefix(b"rename from ") {
            note(&mut self.from, bare(path))
        } else if let Some(path) = line.strip_prefix(b"rename to ") {
            note(&mut self.to, bare(path))
        } else if let Some(path) = line.strip_prefix(b"copy from ") {
            self.copied = true;
            note(&mut self.from, bare(path))
        } else if let Some(path) = line.strip_prefix(b"copy to ") {
            note(&mut self.to, bare(path))
        } else {
            self.read_mode(line)
        }
    }

    fn read_mode(&mut self, line: &[u8]) -> bool {
        const KEYS: [&[u8]; 8] = [
            b"index ",
            b"old mode ",
            b"new mode ",
            b"mode ",
            b"new file mode ",
            b"deleted file mode ",
            b"similarity index ",
            b"dissimilarity index ",
        ];
        let Some(key) = KEYS.into_iter().find(|key| line.starts_with(key)) else {
            return false;
        };
        self.added |= key == b"new file mode ";
        self.removed |= key == b"deleted file mode ";
        self.mode_changed |= matches!(key, b"old mode " | b"new mode " | b"mode ");
        self.submodule |= line.ends_with(SUBMODULE) && !key.ends_with(b"similarity index ");
        true
    }

    /// The file, if its paths are known.
    pub(super) fn into_file(self) -> Option<DiffFile> {
        let kind = self.kind();
        let (first, second) = self.named.unzip();
        let old = self.from.or(self.before.flatten()).or(first);
        let new = self.to.or(self.after.flatten()).or(second);
        let (old_path, new_path) = match kind {
            DiffKind::Added => (None, Some(new?)),
            DiffKind::Removed => (Some(old?), None),
            DiffKind::Modified | DiffKind::Renamed | DiffKind::Copied => (Some(old?), Some(new?)),
        };
        Some(DiffFile {
            old_path,
            new_path,
            kind,
            binary: self.binary,
            mode_changed: self.mode_changed,
            submodule: self.submodule,
        })
    }

    fn kind(&self) -> DiffKind {
        if self.added || self.before == Some(None) {
            DiffKind::Added
        } else if self.removed || self.after == Some(None) {
            DiffKind::Removed
        } else if self.from.is_some() && self.to.is_some() {
            if self.copied {
                DiffKind::Copied
            } else {
                DiffKind::Renamed
            }
        } else {
            DiffKind::Modified
        }
    }
}

/// Fills `place`, and says that the header goes on.
fn note<T>(place: &mut Option<T>, value: T) -> bool {
    *place = Some(value);
    true
}
