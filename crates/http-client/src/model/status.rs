//! Build statuses of a commit.

use bitbucket_api_paths::StatusKey;
use serde::{Deserialize, Deserializer, Serialize};

use super::{Fields, lenient};

/// A build status as Bitbucket keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct CommitStatus {
    /// What it is replaced by.
    pub key: String,
    /// How the build stands.
    #[serde(default, deserialize_with = "lenient_state")]
    pub state: StatusState,
    /// The name that people see.
    #[serde(default, deserialize_with = "lenient")]
    pub name: Option<String>,
    /// Where a click leads.
    #[serde(default, deserialize_with = "lenient")]
    pub url: Option<String>,
}

impl Fields for CommitStatus {
    const FIELDS: &'static [&'static str] = &["key", "state", "name", "url"];
}

/// A build status to report; one with the same key is replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCommitStatus {
    /// What it is replaced by.
    pub key: StatusKey,
    /// How the build stands.
    pub state: StatusState,
    /// The name that people see.
    pub name: String,
    /// Where a click leads.
    pub url: String,
    /// What people read about it.
    pub description: String,
    /// The branch or tag that was built, which ties the status to a pull request.
    pub refname: Option<String>,
}

/// How a build stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum StatusState {
    /// It succeeded.
    Successful,
    /// It failed.
    Failed,
    /// It runs.
    InProgress,
    /// It was stopped.
    Stopped,
    /// A state that Bitbucket added since; not to be reported.
    #[default]
    #[serde(other)]
    Unknown,
}

/// Like [`lenient`], for a state that is always there.
fn lenient_state<'de, D: Deserializer<'de>>(deserializer: D) -> Result<StatusState, D::Error> {
    Ok(lenient(deserializer)?.unwrap_or_default())
}
