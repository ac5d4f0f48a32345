//! The error tracker behind one port.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bitbucket_api_paths::CommitSha;
use bitbucket_commit_resolver::ShortId;
use bitbucket_http_client::FileChange;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A name that can't be one of a tracker or project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 1 to 100 letters, digits, `-` or `_`")]
pub struct InvalidName;

macro_rules! name {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads a name: 1 to 100 ASCII letters, digits, `-` or `_`.
            ///
            /// # Errors
            /// [`InvalidName`] for anything else.
            pub fn parse(text: &str) -> Result<Self, InvalidName> {
                let fits = (1..=100).contains(&text.len());
                let clean = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
                if fits && clean { Ok(Self(text.to_owned())) } else { Err(InvalidName) }
            }

            /// The name.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
    };
}

name! {
    /// The name under which a tracker is configured.
    TrackerName
}
name! {
    /// The slug of a tracker's project.
    ProjectSlug
}

/// One thing that a tracker may be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Capability {
    /// Find an issue by its short id.
    Find,
    /// Resolve an issue in a release.
    ResolveInRelease,
    /// Resolve, reopen or put away an issue.
    ChangeStatus,
    /// Say something on an issue.
    Comment,
    /// Keep releases with their commits and changed files.
    Release,
    /// Keep where and when releases were deployed.
    Deploy,
    /// Assign an issue to a person by e-mail address.
    Assign,
}

impl Capability {
    /// Every capability.
    pub const ALL: [Self; 7] = [
        Self::Find,
        Self::ResolveInRelease,
        Self::ChangeStatus,
        Self::Comment,
        Self::Release,
        Self::Deploy,
        Self::Assign,
    ];

    const fn bit(self) -> u16 {
        match self {
            Self::Find => 1,
            Self::ResolveInRelease => 1 << 1,
            Self::Comment => 1 << 2,
            Self::Release => 1 << 3,
            Self::ChangeStatus => 1 << 4,
            Self::Deploy => 1 << 5,
            Self::Assign => 1 << 6,
        }
    }
}

/// What a tracker can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capabilities(u16);

impl Capabilities {
    /// A set of these.
    #[must_use]
    pub fn of(capabilities: &[Capability]) -> Self {
        Self(
            capabilities
                .iter()
                .fold(0, |bits, capability| bits | capability.bit()),
        )
    }

    /// Whether it can do this.
    #[must_use]
    pub const fn has(self, capability: Capability) -> bool {
        self.0 & capability.bit() != 0
    }
}

/// An issue as the tracker knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackerIssue {
    /// The tracker's own id, for further calls.
    pub id: String,
    /// Its short id in the tracker's spelling.
    pub short_id: String,
    /// The project it belongs to.
    pub project: ProjectSlug,
    /// Its title.
    pub title: String,
    /// Whether it is resolved.
    pub status: IssueStatus,
    /// Whether somebody has to care for it, a person or a team.
    pub assigned: bool,
    /// Where a person sees it.
    pub web_url: Option<String>,
}

/// Whether an issue is resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssueStatus {
    /// It is open.
    Unresolved,
    /// It is resolved, perhaps in a release.
    Resolved {
        /// The release's version, when the tracker says one.
        in_release: Option<String>,
    },
    /// The tracker's word for anything else, such as `ignored`.
    Other(String),
}

/// What becomes of an issue without regard to releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueChange {
    /// It is resolved.
    Resolve,
    /// It is open again.
    Reopen,
    /// It is put away without being resolved: waiting, or none at all.
    Archive,
}

/// A release with all its commits, as it is given to a tracker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackerRelease {
    /// Such as `rocket@1.4.0`.
    pub version: String,
    /// The projects it belongs to; never empty.
    pub projects: Vec<ProjectSlug>,
    /// Where a person sees the release's commits.
    pub web_url: Option<String>,
    /// The commits, repository by repository, newest first.
    pub commits: Vec<ReleasedCommit>,
    /// When it was released; `None` leaves it open.
    pub released_at: Option<Timestamp>,
}

/// A commit with the files it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasedCommit {
    /// The name under which the tracker keeps its repository: `workspace/slug` in lower case.
    pub repository: String,
    /// Its full hash.
    pub sha: CommitSha,
    /// Its whole message.
    pub message: String,
    /// The author's name.
    pub author_name: Option<String>,
    /// The author's e-mail address.
    pub author_email: Option<String>,
    /// When it was made.
    pub committed_at: Timestamp,
    /// The files it changed; `None` when they are not known.
    pub changes: Option<Vec<FileChange>>,
}

/// A deploy, as it is told to a tracker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackerDeploy {
    /// The release's version.
    pub version: String,
    /// Where, such as `production`.
    pub environment: String,
    /// When it was done.
    pub deployed_at: Timestamp,
    /// How often the release was deployed there by then; 1 for the first time.
    pub number: u32,
}

/// What a tracker says of a release it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedRelease {
    /// Whether the tracker had no release of this version before.
    pub created: bool,
    /// What was left out or cut to fit the tracker's limits, for a person.
    pub warnings: Vec<String>,
}

/// Why a tracker did not do what it was asked, by blame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrackerError {
    /// It can't be reached, is overloaded or broken; later may be better.
    #[error("the tracker is not available: {reason}")]
    Unavailable {
        /// What was seen.
        reason: String,
        /// When it asked us to come back.
        retry_after: Option<Duration>,
    },
    /// Our token is not accepted, or lacks a right.
    #[error("the tracker does not accept our token: {reason}")]
    Unauthorized {
        /// What it said.
        reason: String,
    },
    /// The thing the call is about does not exist there.
    #[error("the tracker does not know {what}")]
    NotFound {
        /// What was looked for.
        what: String,
    },
    /// It understood and said no.
    #[error("the tracker refused ({status}): {reason}")]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// What it said, bounded.
        reason: String,
    },
    /// It answered something that we can't read.
    #[error("the tracker's answer can't be read: {reason}")]
    Unreadable {
        /// What was wrong with it.
        reason: String,
    },
    /// It has no such ability.
    #[error("the tracker can't do this: {what}")]
    Unsupported {
        /// What it can't do.
        what: &'static str,
    },
}

impl TrackerError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "tracker_unavailable",
            Self::Unauthorized { .. } => "tracker_unauthorized",
            Self::NotFound { .. } => "tracker_not_found",
            Self::Rejected { .. } => "tracker_rejected",
            Self::Unreadable { .. } => "tracker_unreadable",
            Self::Unsupported { .. } => "tracker_unsupported",
        }
    }

    /// Whether the same call may succeed later without anybody's help. A token is often replaced by a person, so that waiting helps.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Unavailable { .. } | Self::Unauthorized { .. } | Self::Unreadable { .. } => true,
            Self::NotFound { .. } | Self::Rejected { .. } | Self::Unsupported { .. } => false,
        }
    }

    /// How long the tracker asked us to wait.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// One organization of an error tracker.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait IssueTracker: Send + Sync {
    /// What it can do. A call outside this set answers [`TrackerError::Unsupported`].
    fn capabilities(&self) -> Capabilities;

    /// Asks whether the tracker is there and takes our token.
    async fn probe(&self) -> Result<(), TrackerError>;

    /// The issue with this short id; `None` when there is none that we may see.
    async fn find(&self, short_id: &ShortId) -> Result<Option<TrackerIssue>, TrackerError>;

    /// Changes an issue's status at once.
    async fn change(&self, issue: &TrackerIssue, change: IssueChange) -> Result<(), TrackerError>;

    /// Says something on an issue. Saying the same twice in a short time is one comment.
    async fn comment(&self, issue: &TrackerIssue, text: &str) -> Result<(), TrackerError>;

    /// Creates or replaces a release with its commits.
    async fn publish(&self, release: &TrackerRelease) -> Result<PublishedRelease, TrackerError>;

    /// Says where and when a published release was deployed. Saying the same twice is one deploy.
    async fn deploy(&self, deploy: &TrackerDeploy) -> Result<(), TrackerError>;

    /// Marks an issue as resolved in a release that was published before.
    async fn resolve_in_release(
        &self,
        issue: &TrackerIssue,
        version: &str,
    ) -> Result<(), TrackerError>;

    /// Assigns an issue to the person with this e-mail address. `false` when the tracker knows no such person, or does not let them
    /// have the issue: nothing was changed then.
    async fn assign(&self, issue: &TrackerIssue, email: &str) -> Result<bool, TrackerError>;
}

/// The configured trackers by name.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Trackers: Send + Sync {
    /// The tracker with this name.
    fn tracker(&self, name: &TrackerName) -> Option<Arc<dyn IssueTracker>>;

    /// All names, sorted.
    fn names(&self) -> Vec<TrackerName>;
}
