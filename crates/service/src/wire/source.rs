//! The source behind stack traces: path rules, links, pasted addresses, owners.

use bitbucket_integration_provider::{MappingId, OwnerRule, RepositoryId, UnreadLine};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema;

/// `POST /api/v1/repositories/{id}/mappings`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMappingBody {
    /// The tracker's project whose stack traces it is for; left out: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// How the paths in stack traces begin.
    pub stack_root: String,
    /// What stands there in the repository.
    pub source_root: String,
}

/// A rule that leads from the paths of stack traces to those of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MappingView {
    /// Our identifier.
    #[schema(value_type = String, format = Uuid)]
    pub id: MappingId,
    /// The repository.
    #[schema(value_type = String, format = Uuid)]
    pub repository: RepositoryId,
    /// The tracker's project; none: any.
    pub project: Option<String>,
    /// How the paths in stack traces begin.
    pub stack_root: String,
    /// What stands there in the repository.
    pub source_root: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// `GET /api/v1/repositories/{id}/mappings`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MappingList {
    /// In the order in which they were made.
    pub mappings: Vec<MappingView>,
}

/// `DELETE /api/v1/mappings/{id}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RemovedMapping {
    /// Which.
    #[schema(value_type = String, format = Uuid)]
    pub id: MappingId,
}

/// `GET /api/v1/source/link`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LinkView {
    /// `found`, `file_not_found`, `stack_root_mismatch`, `integration_link_forbidden` or `integration_not_found`.
    pub outcome: String,
    /// Where a person sees it.
    pub url: Option<String>,
    /// The address that was tried, when the file was not found.
    pub tried: Option<String>,
    /// `workspace/slug`.
    pub repository: Option<String>,
    /// The path in the repository.
    pub path: Option<String>,
    /// The commit that is shown.
    pub commit: Option<String>,
    /// The branch, when the version that failed is not known or has no such file.
    pub branch: Option<String>,
}

/// `GET /api/v1/source/suspects`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SuspectsView {
    /// Where a person sees the line that was looked at.
    pub url: String,
    /// `workspace/slug`.
    pub repository: String,
    /// The likeliest first.
    pub suspects: Vec<SuspectView>,
    /// Whether these are all commits that touched the file; else the older ones were not looked at.
    #[serde(default)]
    pub complete: bool,
}

/// A commit that may have caused what a frame shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SuspectView {
    /// Its full hash.
    pub commit: String,
    /// The first line of its message.
    pub subject: String,
    /// The author's name.
    pub author_name: Option<String>,
    /// The author's e-mail address.
    pub author_email: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub committed_at: Timestamp,
    /// The file's path in it.
    pub path: String,
    /// `wrote_line`, `changed_nearby`, `came_with_release`, `changed_file`; the weightiest first.
    pub reasons: Vec<String>,
}

/// `GET /api/v1/source/parse`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PastedView {
    /// Our identifier of the repository.
    #[schema(value_type = String, format = Uuid)]
    pub repository: RepositoryId,
    /// `workspace/slug`.
    pub full_name: String,
    /// The branch or tag, if it names one.
    pub reference: Option<String>,
    /// The commit.
    pub commit: Option<String>,
    /// The file or folder.
    pub path: Option<String>,
    /// The first line.
    pub first_line: Option<u32>,
    /// The last line.
    pub last_line: Option<u32>,
}

/// `GET /api/v1/repositories/{id}/codeowners`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CodeOwnersView {
    /// Where the file stands.
    pub filepath: String,
    /// Where a person sees it.
    pub html_url: String,
    /// Its text.
    pub raw: String,
    /// Its rules; the last one that fits a path decides.
    #[schema(value_type = Vec<schema::OwnerRule>)]
    pub rules: Vec<OwnerRule>,
    /// Lines that are neither rule nor remark.
    #[schema(value_type = Vec<schema::UnreadLine>)]
    pub unread: Vec<UnreadLine>,
    /// The rule that decides about the path that was asked for.
    #[schema(value_type = Option<schema::OwnerRule>)]
    pub decides: Option<OwnerRule>,
}
