//! What happened, page by page.

use bitbucket_integration_provider::{DeliveryId, InstallationId, RepositoryId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET /api/v1/deliveries`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeliveryList {
    /// The newest first.
    pub deliveries: Vec<DeliveryView>,
    /// `after` of the next page, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A delivery that was verified and stored. Its body is never shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeliveryView {
    /// Our identifier.
    #[schema(value_type = String, format = Uuid)]
    pub id: DeliveryId,
    /// The installation it belongs to.
    #[schema(value_type = String, format = Uuid)]
    pub installation: InstallationId,
    /// The repository whose hook was called.
    #[schema(value_type = Option<String>, format = Uuid)]
    pub repository: Option<RepositoryId>,
    /// `hook` or `connect`.
    pub source: String,
    /// What happened, such as `repo:push`.
    pub event_key: String,
    /// Bitbucket's number of the attempt, from 1.
    pub attempt: u32,
    /// The size of its body in bytes.
    pub body_bytes: u64,
    /// When it was received.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
}

/// `GET /api/v1/repositories/{id}/commits`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommitList {
    /// The one that was recorded last first.
    pub commits: Vec<CommitView>,
    /// `after` of the next page, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommitView {
    /// 40 hexadecimal digits.
    pub sha: String,
    /// The whole message.
    pub message: String,
    /// Who wrote it.
    pub author_name: Option<String>,
    /// Their e-mail address.
    pub author_email: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub committed_at: Timestamp,
    /// The branch that it was first pushed to.
    pub branch: Option<String>,
}

/// `GET /api/v1/references`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReferenceList {
    /// The newest first.
    pub references: Vec<ReferenceView>,
    /// `after` of the next page, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What was done to an issue because a commit names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReferenceView {
    /// The repository of the commit.
    #[schema(value_type = String, format = Uuid)]
    pub repository: RepositoryId,
    /// The commit: 40 hexadecimal digits.
    pub commit: String,
    /// The issue's short id.
    pub issue: String,
    /// What was done, such as `reference` or `resolve`.
    pub action: String,
    /// When it was done.
    #[schema(value_type = String, format = DateTime)]
    pub done_at: Timestamp,
}
