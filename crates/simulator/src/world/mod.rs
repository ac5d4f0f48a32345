//! What exists in the simulated peers. Plain data with public fields: a test builds or changes only what matters to it.

pub(crate) mod access;
pub(crate) mod acme;
pub(crate) mod bitbucket;
pub(crate) mod change;
pub(crate) mod content;
pub(crate) mod history;
pub(crate) mod insights;
pub(crate) mod label;
pub(crate) mod oauth;
pub(crate) mod pull_requests;
pub(crate) mod sentry;
pub(crate) mod tracker;

use serde::{Deserialize, Serialize};

pub use self::{
    access::{Grant, Membership},
    bitbucket::{
        AccessToken, ApiToken, Bitbucket, Commit, Hook, Installation, Repository, Tag, User,
        Workspace,
    },
    change::{ChangeKind, FileChange},
    insights::{Annotation, BuildStatus, Report},
    label::sha,
    oauth::{AuthorizationCode, OAuthConsumer, OAuthToken},
    pull_requests::{
        Comment, CommitLinks, End, Inline, PullRequest, PullRequestState, Task, Verdict,
    },
    sentry::{
        Deploy, Issue, Member, Note, Organization, Project, Release, ReleaseCommit, Sentry,
        SentryToken, TrackedCommit, TrackedRepository,
    },
    tracker::TrackerIssue,
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
