//! Branches and tags.

use bitbucket_api_paths::{CommitSha, Filter, ParseError};
use serde::Deserialize;

use super::open_enum::open_enum;
use super::{Fields, lenient};

open_enum! {
    /// What a reference is.
    ReferenceKind {
        /// A branch, which moves.
        Branch = "branch",
        /// A tag, which stays.
        Tag = "tag",
    }
}

/// Which branches and tags to list, in natural order of their names.
#[derive(Debug, Clone, Default)]
pub struct ReferenceQuery {
    /// Only those that this filter takes.
    pub filter: Option<Filter>,
}

/// A branch or a tag.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "WireReference")]
#[non_exhaustive]
pub struct Reference {
    /// What it is; `None` where the listing does not say.
    pub kind: Option<ReferenceKind>,
    /// Its name without `refs/…`.
    pub name: String,
    /// The commit it stands at.
    pub target: CommitSha,
    /// When that commit was made; `None` when it was not sent.
    pub date: Option<jiff::Timestamp>,
}

impl Fields for Reference {
    const FIELDS: &'static [&'static str] = &["type", "name", "target.hash", "target.date"];
}

#[derive(Deserialize)]
struct WireReference {
    #[serde(default, rename = "type", deserialize_with = "lenient")]
    kind: Option<ReferenceKind>,
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
            kind: wire.kind,
            name: wire.name,
            target: CommitSha::parse(&wire.target.hash)?,
            date: wire.target.date,
        })
    }
}
