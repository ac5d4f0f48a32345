//! Branches and tags.

use bitbucket_api_paths::{CommitSha, ParseError};
use serde::Deserialize;

use super::lenient;

/// A branch or a tag.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "WireReference")]
#[non_exhaustive]
pub struct Reference {
    /// Its name without `refs/…`.
    pub name: String,
    /// The commit it stands at.
    pub target: CommitSha,
    /// When that commit was made; `None` when it was not sent.
    pub date: Option<jiff::Timestamp>,
}

#[derive(Deserialize)]
struct WireReference {
    name: String,
    target: WireTarget,
}

#[derive(Deserialize)]
struct WireTarget {
    hash: String,
    #[serde(default, deserialize_with = "lenient")]
    date: Option<jiff::Timestamp>,
}

impl TryFrom<WireReference> for Reference {
    type Error = ParseError;

    fn try_from(wire: WireReference) -> Result<Self, Self::Error> {
        Ok(Self {
            name: wire.name,
            target: CommitSha::parse(&wire.target.hash)?,
            date: wire.target.date,
        })
    }
}
