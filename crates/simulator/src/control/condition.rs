//! Things that a test may wait for instead of sleeping.

use serde::{Deserialize, Serialize};

use crate::{state::State, wire::Half};

/// Something that becomes true when the code under test has done its work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// So many requests were answered, or met by a fault, since records were last cleared.
    Requests {
        /// Whom.
        half: Half,
        /// Only this method.
        #[serde(default)]
        method: Option<String>,
        /// Only encoded paths that begin with this.
        #[serde(default)]
        path_prefix: String,
        /// At least so many.
        at_least: usize,
    },
    /// An issue has this status.
    IssueStatus {
        /// Short id.
        short_id: String,
        /// `resolved`, `unresolved` or `ignored`.
        status: String,
    },
    /// A release is there with at least so many commits.
    Release {
        /// Version.
        version: String,
        /// Least number of commits.
        #[serde(default)]
        commits: usize,
    },
    /// An issue has at least so many notes.
    Notes {
        /// Short id.
        short_id: String,
        /// At least so many.
        at_least: usize,
    },
}

impl Condition {
    pub(crate) fn holds(&self, state: &State) -> bool {
        let mut organizations = state.world.sentry.organizations.iter();
        match self {
            Self::Requests {
                half,
                method,
                path_prefix,
                at_least,
            } => {
                let met = state.records.iter().filter(|record| {
                    record.half == *half
                        && (record.status.is_some() || record.fault.is_some())
                        && record.path.starts_with(path_prefix)
                        && method
                            .as_ref()
                            .is_none_or(|method| *method == record.method)
                });
                met.count() >= *at_least
            }
            Self::IssueStatus { short_id, status } => organizations.any(|one| {
                one.issue(short_id)
                    .is_some_and(|issue| issue.status == *status)
            }),
            Self::Release { version, commits } => organizations.any(|one| {
                one.release(version)
                    .is_some_and(|release| release.commits.len() >= *commits)
            }),
            Self::Notes { short_id, at_least } => organizations.any(|one| {
                one.issue(short_id)
                    .is_some_and(|issue| issue.notes.len() >= *at_least)
            }),
        }
    }
}
