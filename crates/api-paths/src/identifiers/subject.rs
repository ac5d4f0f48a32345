//! What a webhook is attached to.

use crate::identifiers::text_traits;
use crate::{ParseError, Reason};

/// What a webhook is attached to (`subject_type` of a webhook).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HookSubject {
    /// One repository.
    Repository,
    /// A workspace, and so all its repositories.
    Workspace,
}

impl HookSubject {
    const WHAT: &'static str = "hook_subject";

    /// Parses `repository` or `workspace`.
    ///
    /// # Errors
    /// [`ParseError`] for anything else; subjects that Bitbucket once had (`user`, `team`) are gone.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        match text {
            "repository" => Ok(Self::Repository),
            "workspace" => Ok(Self::Workspace),
            _ => Err(ParseError::new(
                Self::WHAT,
                0,
                Reason::Missing("repository or workspace"),
            )),
        }
    }

    /// As Bitbucket writes it.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Repository => "repository",
            Self::Workspace => "workspace",
        }
    }
}

text_traits!(HookSubject);
