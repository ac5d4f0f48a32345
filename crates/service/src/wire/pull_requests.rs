//! Pull requests, as the API shows them.

use bitbucket_integration_provider::ports::PullRequestStanding;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema;

/// A pull request that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PullRequestView {
    /// Its number.
    pub id: u64,
    /// Its title.
    pub title: String,
    /// Its author's name.
    pub author: Option<String>,
    /// Where it stands.
    #[schema(value_type = schema::PullRequestStanding)]
    pub state: PullRequestStanding,
    /// The branch with the changes.
    pub source_branch: Option<String>,
    /// The branch that it is to be merged into.
    pub destination_branch: Option<String>,
    /// The commit that merged it.
    pub merge_commit: Option<String>,
    /// The issues that it asks to resolve.
    pub issues: Vec<String>,
    /// Where a person sees it.
    pub web_url: Option<String>,
    /// When it changed last.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// `GET /api/v1/repositories/{id}/pull-requests`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PullRequestList {
    /// Those that changed last first.
    pub pull_requests: Vec<PullRequestView>,
}
