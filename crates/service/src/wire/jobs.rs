//! The queue.

use bitbucket_integration_provider::ports::{Failure, JobState, Work};
use bitbucket_integration_provider::{InstallationId, JobId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobView {
    /// Our identifier.
    pub id: JobId,
    /// The installation on whose behalf it runs.
    pub installation: InstallationId,
    /// The name of its kind of work.
    pub kind: String,
    /// What is to be done.
    pub work: Work,
    /// Where it is in its life.
    pub state: JobState,
    /// How often it was tried.
    pub attempts: u32,
    /// Not before this time.
    pub run_at: Timestamp,
    /// Why it failed last.
    pub last_failure: Option<Failure>,
}

/// `GET /api/v1/jobs`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobList {
    /// The newest first.
    pub jobs: Vec<JobView>,
    /// `after` of the next page, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// `POST /api/v1/jobs/{id}/replay`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replayed {
    /// The job that waits again.
    pub id: JobId,
    /// `ready`.
    pub state: JobState,
}

/// `POST /api/v1/jobs/purge`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurgeBody {
    /// Only jobs that were given up at least so many days ago.
    pub older_than_days: u32,
}

/// What a purge did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purged {
    /// How many dead jobs were forgotten.
    pub purged: u64,
    /// Whether asking again may forget more.
    pub more: bool,
}
