//! What exists in the simulated peers. Plain data with public fields: a test builds or changes only what matters to it.

pub(crate) mod acme;
pub(crate) mod bitbucket;
pub(crate) mod history;
pub(crate) mod label;
pub(crate) mod sentry;

use serde::{Deserialize, Serialize};

pub use self::{
    bitbucket::{
        AccessToken, ApiToken, Bitbucket, ChangeKind, Commit, FileChange, Hook, Installation,
        Repository, Tag, User, Workspace,
    },
    label::sha,
    sentry::{
        Deploy, Issue, Note, Organization, Project, Release, ReleaseCommit, Sentry, SentryToken,
        TrackedCommit, TrackedRepository,
    },
};
use crate::clock::Clock;

/// Both peers and the time they live in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct World {
    /// The time.
    pub clock: Clock,
    /// What Bitbucket knows.
    pub bitbucket: Bitbucket,
    /// What Sentry knows.
    pub sentry: Sentry,
}
