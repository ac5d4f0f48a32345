//! The repository: its slug, its full name, and the two ways to address it.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use crate::identifiers::{checks, text_identifier, text_traits};
use crate::{ParseError, Reason, RepoUuid, Workspace};

text_identifier!(
    /// A repository within its workspace, by slug (`rocket`) or by UUID in braces, as the REST introduction allows for `{repo_slug}`.
    ///
    /// A slug is 1 to 1024 of `A-Z a-z 0-9 - _ .` and neither `.` nor `..`; its case is kept. A UUID is kept in lower case.
    RepoSlug,
    "repo_slug",
    checks::slug_or_uuid
);

/// A repository by workspace and slug: `acme/rocket`, Bitbucket's `full_name`.
///
/// It changes when the repository is renamed or transferred; [`RepoUuid`] does not.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoFullName {
    text: Box<str>,
    workspace: Workspace,
    slug: RepoSlug,
}

impl RepoFullName {
    const WHAT: &'static str = "repo_full_name";

    /// Parses `workspace/slug`.
    ///
    /// # Errors
    /// [`ParseError`]: a missing `/` under the name of this type, anything else under the name of the part it was found in.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let slash = text.find('/').ok_or(ParseError::new(
            Self::WHAT,
            text.len(),
            Reason::Missing("/"),
        ))?;
        let workspace = Workspace::parse(&text[..slash])?;
        let slug = RepoSlug::parse(&text[slash + 1..]).map_err(|error| error.shifted(slash + 1))?;
        Ok(Self::new(workspace, slug))
    }

    /// Joins the two parts.
    #[must_use]
    pub fn new(workspace: Workspace, slug: RepoSlug) -> Self {
        let (left, right) = (workspace.as_str(), slug.as_str());
        let mut text = String::with_capacity(left.len() + 1 + right.len());
        text.push_str(left);
        text.push('/');
        text.push_str(right);
        Self {
            text: text.into_boxed_str(),
            workspace,
            slug,
        }
    }

    /// `acme/rocket`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part before the slash.
    #[must_use]
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// The part after the slash.
    #[must_use]
    pub fn slug(&self) -> &RepoSlug {
        &self.slug
    }
}

text_traits!(RepoFullName);

impl fmt::Debug for RepoFullName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RepoFullName").field(&self.text).finish()
    }
}

/// How a repository is addressed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RepoRef {
    /// By its name: `/repositories/acme/rocket`.
    Name(RepoFullName),
    /// By its UUID with empty braces for the workspace: `/repositories/%7B%7D/%7B…%7D`. Survives renames and transfers.
    Uuid(RepoUuid),
}

impl RepoRef {
    #[cfg(feature = "serde")]
    const WHAT: &'static str = "repo_ref";
    /// Stands for the workspace when the repository is known by UUID (REST introduction, "Repository UUID").
    pub(crate) const ANY_WORKSPACE: &'static str = "{}";

    /// Parses a UUID in braces, or else `workspace/slug`.
    ///
    /// # Errors
    /// [`ParseError`] of the form that the first character announces.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if text.starts_with('{') && !text.contains('/') {
            return RepoUuid::parse(text).map(Self::Uuid);
        }
        RepoFullName::parse(text).map(Self::Name)
    }

    /// `acme/rocket`, or the UUID in braces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Name(name) => name.as_str(),
            Self::Uuid(uuid) => uuid.as_str(),
        }
    }

    /// The texts of `{workspace}` and `{repo_slug}`.
    pub(crate) fn segments(&self) -> [&str; 2] {
        match self {
            Self::Name(name) => [name.workspace.as_str(), name.slug.as_str()],
            Self::Uuid(uuid) => [Self::ANY_WORKSPACE, uuid.as_str()],
        }
    }
}

text_traits!(RepoRef);

impl From<RepoFullName> for RepoRef {
    fn from(name: RepoFullName) -> Self {
        Self::Name(name)
    }
}

impl From<RepoUuid> for RepoRef {
    fn from(uuid: RepoUuid) -> Self {
        Self::Uuid(uuid)
    }
}

impl From<RepoUuid> for RepoSlug {
    fn from(uuid: RepoUuid) -> Self {
        Self(uuid.into())
    }
}
