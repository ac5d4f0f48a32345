//! The queue.

use bitbucket_integration_provider::ports::{Failure, JobState, Work};
use bitbucket_integration_provider::{InstallationId, JobId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema;

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobView {
    /// Our identifier.
    #[schema(value_type = String, format = Uuid)]
    pub id: JobId,
    /// The installation on whose behalf it runs.
    #[schema(value_type = String, format = Uuid)]
    pub installation: InstallationId,
    /// The name of its kind of work.
    pub kind: String,
    /// What is to be done.
    #[schema(value_type = Object)]
    pub work: Work,
    /// Where it is in its life.
    #[schema(value_type = schema::JobState)]
    pub state: JobState,
    /// How often it was tried.
    pub attempts: u32,
    /// Not before this time.
    #[schema(value_type = String, format = DateTime)]
    pub run_at: Timestamp,
    /// Why it failed last.
    #[schema(value_type = Option<schema::Failure>)]
    pub last_failure: Option<Failure>,
}

/// `GET /api/v1/jobs`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobList {
    /// The newest first.
    pub jobs: Vec<JobView>,
    /// `after` of the next page, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// `POST /api/v1/jobs/{id}/replay`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Replayed {
    /// The job that waits again.
    #[schema(value_type = String, format = Uuid)]
    pub id: JobId,
    /// `ready`.
    #[schema(value_type = schema::JobState)]
    pub state: JobState,
}

/// `POST /api/v1/jobs/purge`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PurgeBody {
    /// Only jobs that were given up at least so many days ago.
    pub older_than_days: u32,
}

/// What a purge did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Purged {
    /// How many dead jobs were forgotten.
    pub purged: u64,
    /// Whether asking again may forget more.
    pub more: bool,
}
