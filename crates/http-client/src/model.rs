//! What Bitbucket answers with, reduced to what an integration uses and tolerant of everything else.
//!
//! Unknown fields are ignored, missing optional ones are `None`, unknown values of an enumeration never fail.

mod account;
mod annotation;
mod author;
mod comment;
mod commit;
mod diff_options;
mod fields;
mod file_change;
mod file_version;
mod hook;
mod hook_event;
mod issue;
mod listing;
mod open_enum;
mod permission;
mod pull_request;
mod reference;
mod report;
mod repository;
mod source;
mod status;
mod workspace;

pub use self::account::{Account, WorkspaceAccess};
pub use self::annotation::{
    Annotation, AnnotationKind, AnnotationResult, AnnotationSeverity, NewAnnotation,
};
pub use self::author::CommitAuthor;
pub(crate) use self::comment::CommentBody;
pub use self::comment::{Comment, InlinePlace, NewComment};
pub use self::commit::{Commit, CommitListing, CommitRange};
pub use self::diff_options::DiffOptions;
pub use self::fields::Fields;
pub(crate) use self::fields::{of_one, of_page};
pub(crate) use self::file_change::WireFileChange;
pub use self::file_change::{ChangeKind, FileChange};
pub use self::file_version::FileVersion;
pub use self::hook::{Hook, HookUpdate, NewHook};
pub use self::hook_event::HookEvent;
pub(crate) use self::issue::RawText;
pub use self::issue::{Issue, NewIssue};
pub use self::listing::Listing;
pub use self::permission::{
    RepositoryAccess, RepositoryPermission, WorkspaceMember, WorkspacePermission,
};
pub use self::pull_request::{
    PullRequest, PullRequestEnd, PullRequestQuery, PullRequestState, PullRequestsOfCommit,
};
pub use self::reference::{Reference, ReferenceKind, ReferenceQuery};
pub use self::report::{FactValue, NewReport, Report, ReportFact, ReportKind, ReportResult};
pub use self::repository::{Repository, RepositoryQuery, RepositoryRole};
pub use self::source::{FileAttribute, Folder, SourceEntry, SourceKind};
pub use self::status::{CommitStatus, NewCommitStatus, StatusState};
pub use self::workspace::WorkspaceDetails;

use serde::{Deserialize, Deserializer};

/// A field that is absent, `null` or of a shape nobody promised counts as absent.
fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

/// `links.<rel>.href`, where `links.<rel>` is an object or, for some relations, an array of objects.
fn href(links: Option<&serde_json::Value>, rel: &str) -> Option<String> {
    let link = links?.get(rel)?;
    let link = link.as_array().map_or(Some(link), |list| list.first())?;
    link.get("href")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests;
