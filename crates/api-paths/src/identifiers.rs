//! The things an address names. Each is parsed once and keeps its text private, so that nothing unparsed can reach a path.

mod account;
pub(crate) mod checks;
mod file_path;
mod number;
mod reference;
mod repository;
mod revision;
mod subject;
mod token;
mod uuid;
mod workspace;

pub use account::{AccountId, UserRef};
pub use file_path::FilePath;
pub use number::{CommentId, IssueId, PullRequestId, TaskId};
pub use reference::{DiffSpec, RevisionRange};
pub use repository::{RepoFullName, RepoRef, RepoSlug};
pub use revision::{CommitSha, Revision};
pub use subject::HookSubject;
pub use token::{AnnotationId, AppKey, LinkerKey, LinkerValueId, MergeTaskId, ReportId, StatusKey};
pub use uuid::{HookUuid, RepoUuid, UserUuid, WorkspaceUuid};
pub use workspace::Workspace;

/// Defines a text identifier with its whole surface; `$check` turns the offered text into the kept one.
macro_rules! text_identifier {
    ($(#[$meta:meta])* $name:ident, $what:literal, $check:path) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(alloc::boxed::Box<str>);

        impl $name {
            pub(crate) const WHAT: &'static str = $what;

            /// Parses `text`, or says at which byte and why it is refused.
            ///
            /// # Errors
            /// [`ParseError`](crate::ParseError) when `text` breaks the rule that the type states.
            pub fn parse(text: &str) -> Result<Self, crate::ParseError> {
                $check(text, Self::WHAT).map(Self)
            }

            /// The identifier as plain text, not encoded.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        crate::identifiers::text_traits!($name);
    };
}

/// `Display`, `FromStr`, `AsRef<str>` and serde for a type with `parse`, `as_str` and `WHAT`.
macro_rules! text_traits {
    ($name:ident) => {
        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl core::str::FromStr for $name {
            type Err = crate::ParseError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::wire::parsed(deserializer, Self::WHAT, Self::parse)
            }
        }
    };
}

pub(crate) use text_identifier;
pub(crate) use text_traits;

#[cfg(test)]
mod tests;
