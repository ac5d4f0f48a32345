//! Files and folders at a commit.

use bitbucket_api_paths::{CommitSha, FilePath};
use serde::Deserialize;

use super::open_enum::open_enum;
use super::{Fields, lenient};

open_enum! {
    /// What stands at a path.
    SourceKind {
        /// A file.
        File = "commit_file",
        /// A folder.
        Directory = "commit_directory",
    }
}

open_enum! {
    /// A property of a file.
    FileAttribute {
        /// A symbolic link; the content is its target.
        Link = "link",
        /// May be executed.
        Executable = "executable",
        /// A submodule.
        Subrepository = "subrepository",
        /// Not text.
        Binary = "binary",
        /// Kept in LFS; the repository holds a pointer.
        Lfs = "lfs",
    }
}

/// A folder to list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Folder {
    /// Its path; `None` for the root.
    pub path: Option<FilePath>,
    /// How many levels down to go; `None` leaves it at the folder's own entries.
    pub depth: Option<u32>,
}

/// A file or folder, without its content.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(from = "WireEntry")]
#[non_exhaustive]
pub struct SourceEntry {
    /// Its path from the repository's root.
    pub path: String,
    /// What it is.
    pub kind: SourceKind,
    /// Its length in bytes; `None` for a folder.
    pub size: Option<u64>,
    /// The media type that its name suggests.
    pub media_type: Option<String>,
    /// What else is known of a file.
    pub attributes: Vec<FileAttribute>,
    /// The commit that was asked for, not the one that changed it last.
    pub commit: Option<CommitSha>,
}

impl Fields for SourceEntry {
    const FIELDS: &'static [&'static str] = &[
        "path",
        "type",
        "size",
        "mimetype",
        "attributes",
        "commit.hash",
    ];
}

#[derive(Deserialize)]
struct WireEntry {
    path: String,
    #[serde(rename = "type")]
    kind: SourceKind,
    #[serde(default, deserialize_with = "lenient")]
    size: Option<u64>,
    #[serde(default, deserialize_with = "lenient")]
    mimetype: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    attributes: Option<Vec<FileAttribute>>,
    #[serde(default, deserialize_with = "lenient")]
    commit: Option<WireCommit>,
}

#[derive(Deserialize)]
struct WireCommit {
    hash: String,
}

impl From<WireEntry> for SourceEntry {
    fn from(wire: WireEntry) -> Self {
        let commit = wire
            .commit
            .and_then(|commit| CommitSha::parse(&commit.hash).ok());
        Self {
            path: wire.path,
            // A folder's size says nothing.
            size: wire.size.filter(|_| wire.kind != SourceKind::Directory),
            kind: wire.kind,
            media_type: wire.mimetype,
            attributes: wire.attributes.unwrap_or_default(),
            commit,
        }
    }
}
