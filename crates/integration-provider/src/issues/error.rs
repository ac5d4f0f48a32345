//! Why nothing was done about an issue at Bitbucket.

use bitbucket_http_client::{ApiError, ApiErrorCause};

use crate::integration::ClientError;
use crate::ports::{ConnectorError, StoreError, TrackerError, TrackerName};

/// Why nothing was done about an issue at Bitbucket.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// Nobody follows the repository, or another workspace has it.
    #[error("no such repository is followed")]
    UnknownRepository,
    /// There is no such installation, or it is disabled.
    #[error("no workspace is connected under this id")]
    NotConnected,
    /// The error tracker has no such issue, or it belongs to none of the repository's projects.
    #[error("the tracker knows no issue `{short_id}` in a project of this repository")]
    UnknownIssue {
        /// What was given.
        short_id: String,
    },
    /// The repository's tracker has no such issue.
    #[error("the repository has no issue with this number")]
    UnknownNumber,
    /// There is no such link.
    #[error("there is no link with this id")]
    UnknownLink,
    /// What was given can't be meant.
    #[error("{what}")]
    Invalid {
        /// What is wrong, and what is expected.
        what: String,
    },
    /// The installation names a tracker that is not configured any more.
    #[error("no tracker named `{name}` is configured")]
    TrackerNotConfigured {
        /// The name.
        name: TrackerName,
    },
    /// Bitbucket has no issue trackers any more.
    #[error(
        "Bitbucket has taken its issue tracker away ({change}): issues can't be created, searched or linked there any more"
    )]
    TrackerGone {
        /// Bitbucket's number of the change.
        change: String,
    },
    /// The repository's tracker is switched off.
    #[error("the repository has no issue tracker; switch it on in its settings at Bitbucket")]
    NoTracker,
    /// The key of the request was used for another one.
    #[error("this key was used for another request; use a new one for each issue")]
    KeyReused,
    /// The same request is being worked on.
    #[error("the same request is being worked on; ask again in a moment")]
    Underway,
    /// Bitbucket was asked to create the issue, and did not say whether it did.
    #[error(
        "Bitbucket did not say whether it created the issue; ask again for the same: nothing is created twice"
    )]
    Unfinished(#[source] ApiError),
    /// The error tracker did not answer as it should.
    #[error("{0}")]
    Tracker(TrackerError),
    /// The credential of the workspace is gone or can't be used.
    #[error("the credential of the workspace can't be used; connect it again")]
    Credential(#[source] Option<ConnectorError>),
    /// Bitbucket did not do what it was asked.
    #[error("Bitbucket: {0}")]
    Bitbucket(ApiError),
    /// The store failed.
    #[error("what is remembered could not be read or kept")]
    Store(#[source] StoreError),
}

impl IssueError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownRepository => "unknown_repository",
            Self::NotConnected => "workspace_not_connected",
            Self::UnknownIssue { .. } => "unknown_issue",
            Self::UnknownNumber => "unknown_bitbucket_issue",
            Self::UnknownLink => "unknown_link",
            Self::Invalid { .. } => "invalid_field",
            Self::TrackerNotConfigured { .. } => "tracker_not_configured",
            Self::TrackerGone { .. } => "issue_tracker_gone",
            Self::NoTracker => "no_issue_tracker",
            Self::KeyReused => "idempotency_key_reused",
            Self::Underway => "creation_underway",
            Self::Unfinished(_) => "creation_unfinished",
            Self::Tracker(error) => error.code(),
            Self::Credential(_) => "credential_unusable",
            Self::Bitbucket(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    pub(super) fn unknown_issue(short_id: &str) -> Self {
        Self::UnknownIssue {
            short_id: short_id.to_owned(),
        }
    }

    /// Tells a tracker that is gone, or switched off, from other refusals.
    pub(super) fn of_bitbucket(error: ApiError) -> Self {
        if let ApiErrorCause::Removed(removal) = error.cause() {
            return Self::TrackerGone {
                change: removal.change.clone(),
            };
        }
        let said = error.peer_message().unwrap_or_default();
        if error.status() == Some(404) && said.to_ascii_lowercase().contains("no issue tracker") {
            return Self::NoTracker;
        }
        Self::Bitbucket(error)
    }
}

impl From<StoreError> for IssueError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ClientError> for IssueError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::NoCredential => Self::Credential(None),
            ClientError::Credential(error) => Self::Credential(Some(error)),
            ClientError::Store(error) => Self::Store(error),
        }
    }
}
