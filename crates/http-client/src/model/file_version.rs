//! The commits in a file's history.

use bitbucket_api_paths::{CommitSha, ParseError};
use serde::Deserialize;

use super::Fields;

/// A file as one commit left it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "WireVersion")]
#[non_exhaustive]
pub struct FileVersion {
    /// The path that it had there.
    pub path: String,
    /// The commit.
    pub commit: CommitSha,
}

impl Fields for FileVersion {
    const FIELDS: &'static [&'static str] = &["path", "commit.hash"];
}

#[derive(Deserialize)]
struct WireVersion {
    path: String,
    commit: WireCommit,
}

#[derive(Deserialize)]
struct WireCommit {
    hash: String,
}

impl TryFrom<WireVersion> for FileVersion {
    type Error = ParseError;

    fn try_from(wire: WireVersion) -> Result<Self, Self::Error> {
        Ok(Self {
            path: wire.path,
            commit: CommitSha::parse(&wire.commit.hash)?,
        })
    }
}
