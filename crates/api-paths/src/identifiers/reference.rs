//! What a diff compares: one commit with its first parent, or two revisions.

use core::fmt;
use core::str::FromStr;

use crate::{CommitSha, ParseError, Reason, Revision};

/// Two revisions to compare, from `old` to `new`, like `git diff old new`.
///
/// Bitbucket writes the pair the other way round (`new..old`: first the side whose changes are wanted, then the base). This type
/// takes the two by what they are and spells that order itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevisionRange {
    old: Revision,
    new: Revision,
}

impl RevisionRange {
    const WHAT: &'static str = "revision_range";

    /// What changed on the way from `old` (the base, the destination) to `new` (the source).
    #[must_use]
    pub fn new(old: impl Into<Revision>, new: impl Into<Revision>) -> Self {
        Self {
            old: old.into(),
            new: new.into(),
        }
    }

    /// Reads Bitbucket's own spelling, `new..old`.
    ///
    /// # Errors
    /// [`ParseError`] when `..` is missing or a side is no [`Revision`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let dots = text.find("..").ok_or(ParseError::new(
            Self::WHAT,
            text.len(),
            Reason::Missing(".."),
        ))?;
        let new = Revision::parse(&text[..dots])?;
        let old = Revision::parse(&text[dots + 2..]).map_err(|error| error.shifted(dots + 2))?;
        Ok(Self { old, new })
    }

    /// The base.
    #[must_use]
    pub fn old_side(&self) -> &Revision {
        &self.old
    }

    /// The side whose changes are wanted.
    #[must_use]
    pub fn new_side(&self) -> &Revision {
        &self.new
    }
}

impl fmt::Display for RevisionRange {
    /// Bitbucket's spelling: `new..old`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.new, self.old)
    }
}

/// The `{spec}` of a diff, a diffstat or a patch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiffSpec {
    /// One commit against its first parent.
    Commit(CommitSha),
    /// The commit that a branch or tag points to, against its first parent.
    Revision(Revision),
    /// From one revision to another.
    Range(RevisionRange),
}

impl DiffSpec {
    /// Reads Bitbucket's own spelling: `new..old`, a commit, or the name of a branch or tag.
    ///
    /// # Errors
    /// [`ParseError`] when none of the forms fits. Seven to forty hexadecimal digits are taken for a commit, unless some are in upper
    /// case: that is how only a branch or a tag can be spelled.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if text.contains("..") {
            return RevisionRange::parse(text).map(Self::Range);
        }
        match CommitSha::parse(text) {
            Ok(sha) if sha.as_str() == text => Ok(Self::Commit(sha)),
            Ok(_) | Err(_) => Revision::parse(text).map(Self::Revision),
        }
    }
}

impl fmt::Display for DiffSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commit(sha) => f.write_str(sha.as_str()),
            Self::Revision(revision) => f.write_str(revision.as_str()),
            Self::Range(range) => fmt::Display::fmt(range, f),
        }
    }
}

impl From<CommitSha> for DiffSpec {
    fn from(sha: CommitSha) -> Self {
        Self::Commit(sha)
    }
}

impl From<Revision> for DiffSpec {
    fn from(revision: Revision) -> Self {
        Self::Revision(revision)
    }
}

impl From<RevisionRange> for DiffSpec {
    fn from(range: RevisionRange) -> Self {
        Self::Range(range)
    }
}

impl FromStr for RevisionRange {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl FromStr for DiffSpec {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(feature = "serde")]
mod wire {
    //! Both are written in Bitbucket's spelling.

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{DiffSpec, RevisionRange};

    impl Serialize for RevisionRange {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }

    impl<'de> Deserialize<'de> for RevisionRange {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            crate::wire::parsed(deserializer, Self::WHAT, Self::parse)
        }
    }

    impl Serialize for DiffSpec {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }

    impl<'de> Deserialize<'de> for DiffSpec {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            crate::wire::parsed(deserializer, "diff_spec", Self::parse)
        }
    }
}
