//! Releases: what they are made of, and where they go.

use bitbucket_integration_provider::ReleaseId;
use bitbucket_integration_provider::ports::{Failure, ReleaseState};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema;

/// `POST /api/v1/releases`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenReleaseBody {
    /// Such as `rocket@1.4.0`.
    pub version: String,
    /// `workspace/slug`; left out when `refs` says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// The newest commit in it: 40 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The newest commit that is not in it; left out: the previous release's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    /// The tracker's projects; empty: those of the repository.
    #[serde(default)]
    pub projects: Vec<String>,
    /// Where it is deployed to at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// What it was built from, when that is more than one repository; instead of `repository`, `commit` and `previous`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refs: Vec<RefBody>,
}

/// A release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReleaseView {
    /// Our identifier.
    #[schema(value_type = String, format = Uuid)]
    pub id: ReleaseId,
    /// Such as `rocket@1.4.0`.
    pub version: String,
    /// `workspace/slug`, or our identifier of a repository that is not followed any more.
    pub repository: String,
    /// The tracker's projects.
    pub projects: Vec<String>,
    /// The newest commit in it.
    pub commit: String,
    /// The newest commit that is not in it.
    pub previous: Option<String>,
    /// Where it is deployed to at once.
    pub environment: Option<String>,
    /// How far it is.
    #[schema(value_type = schema::ReleaseState)]
    pub state: ReleaseState,
    /// How many commits the tracker was given.
    pub commit_count: Option<u32>,
    /// The issues that its commits ask to resolve.
    pub issues: Vec<String>,
    /// What a person should know though it was published.
    pub warnings: Vec<String>,
    /// Why it failed.
    #[schema(value_type = Option<schema::Failure>)]
    pub failure: Option<Failure>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When the tracker had it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Timestamp>,
    /// Where it was deployed; not in a listing.
    #[serde(default)]
    pub deploys: Vec<DeployView>,
    /// What other repositories bring into the same version; not in a listing.
    #[serde(default)]
    pub parts: Vec<PartView>,
}

/// `GET /api/v1/releases`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReleaseList {
    /// The newest first.
    pub releases: Vec<ReleaseView>,
    /// `after` of the next page, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One repository of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefBody {
    /// `workspace/slug`.
    pub repository: String,
    /// The newest commit in it: 40 hexadecimal digits.
    pub commit: String,
    /// The newest commit that is not in it; left out: the previous release's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
}

/// What another repository brings into the same version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartView {
    /// Our identifier of that repository's release.
    #[schema(value_type = String, format = Uuid)]
    pub id: ReleaseId,
    /// `workspace/slug`, or our identifier of a repository that is not followed any more.
    pub repository: String,
    /// The newest commit in it.
    pub commit: String,
    /// How far it is.
    #[schema(value_type = schema::ReleaseState)]
    pub state: ReleaseState,
}

/// `POST /api/v1/releases/{id}/deploys`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeployBody {
    /// Such as `production`.
    pub environment: String,
}

/// Where a release was put to use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeployView {
    /// Such as `production`.
    pub environment: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub deployed_at: Timestamp,
    /// How often the release was deployed there by then: 1 for the first time, more after a rollback.
    pub number: u32,
}
