//! Why a job did not succeed.

use std::time::Duration;

use bitbucket_http_client::ApiError;

use crate::events::EventError;
use crate::integration::ClientError;
use crate::ports::{ConnectorError, Failure, StoreError, TrackerError, TrackerName};

/// Why a job did not succeed. Says whether trying again can help.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkError {
    /// Bitbucket did not give what was asked.
    #[error("Bitbucket: {0}")]
    Bitbucket(ApiError),
    /// The tracker did not do what was asked.
    #[error("{0}")]
    Tracker(TrackerError),
    /// The store failed.
    #[error("{0}")]
    Store(StoreError),
    /// The installation's credential can't be used.
    #[error("{0}")]
    Credential(ConnectorError),
    /// Something the job is about was removed meanwhile.
    #[error("{what} is gone")]
    Gone {
        /// What is gone.
        what: &'static str,
    },
    /// The installation names a tracker that is not configured any more.
    #[error(
        "no tracker named `{name}` is configured; add it to the configuration or connect the workspace to another one"
    )]
    TrackerNotConfigured {
        /// The name.
        name: TrackerName,
    },
    /// The delivery's body is not the event it claims to be.
    #[error("{0}")]
    Event(EventError),
    /// The delivery came by the hook of another repository than its body names.
    #[error("the delivery is about another repository than the hook it came by")]
    WrongRepository,
    /// A commit that a release names is not in its repository.
    #[error("commit {sha} is not in repository {repository}; push it first, or check the hash")]
    UnknownCommit {
        /// The commit.
        sha: String,
        /// The repository.
        repository: String,
    },
    /// Somebody else works on the same right now.
    #[error("somebody else works on the same right now")]
    Underway,
    /// Its last attempt came to no outcome at all: the process ended under it, or its lease was lost.
    #[error("the job was begun {times} times and broke off the last time; the log may show why")]
    BrokeOff {
        /// How often it was begun.
        times: u32,
    },
}

impl WorkError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Bitbucket(error) => error.code(),
            Self::Tracker(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Credential(_) => "credential_unusable",
            Self::Gone { .. } => "gone",
            Self::TrackerNotConfigured { .. } => "tracker_not_configured",
            Self::Event(_) => "event_unreadable",
            Self::WrongRepository => "wrong_repository",
            Self::UnknownCommit { .. } => "unknown_commit",
            Self::Underway => "creation_underway",
            Self::BrokeOff { .. } => "broke_off",
        }
    }

    /// Whether the same work may succeed later. What a person mends without us knowing (a configuration) counts.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Bitbucket(error) => error.is_retryable() || error.status() == Some(401),
            Self::Tracker(error) => error.is_retryable(),
            Self::Store(error) => error.is_retryable(),
            Self::TrackerNotConfigured { .. } | Self::Underway => true,
            Self::Credential(_)
            | Self::Gone { .. }
            | Self::Event(_)
            | Self::WrongRepository
            | Self::UnknownCommit { .. }
            | Self::BrokeOff { .. } => false,
        }
    }

    /// How long the peer asked us to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Bitbucket(error) => error.retry_after(),
            Self::Tracker(error) => error.retry_after(),
            _ => None,
        }
    }

    /// What is stored of it.
    #[must_use]
    pub fn failure(&self) -> Failure {
        Failure {
            code: self.code().to_owned(),
            message: self.to_string(),
        }
    }
}

impl From<StoreError> for WorkError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<TrackerError> for WorkError {
    fn from(error: TrackerError) -> Self {
        Self::Tracker(error)
    }
}

impl From<ClientError> for WorkError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::NoCredential => Self::Gone {
                what: "the credential of the installation",
            },
            ClientError::Credential(error) => Self::Credential(error),
            ClientError::Store(error) => Self::Store(error),
        }
    }
}
