//! Which status each error of the integration gets, matched variant by variant.

use bitbucket_http_client::{ApiError, ApiErrorCause};
use bitbucket_integration_provider::connect::RefusedLifecycle;
use bitbucket_integration_provider::ports::{StoreError, TrackerError};
use bitbucket_integration_provider::{
    AddRepositoryError, ConnectWorkspaceError, ConsentError, DeployReleaseError, DisconnectError,
    IssueError, OpenReleaseError, RefusedDelivery, RemoveRepositoryError, RotateSecretError,
    SearchRepositoriesError, SourceError,
};
use http::StatusCode;

use super::answer::Refusal;
use crate::telling::chain;

impl From<&RefusedDelivery> for Refusal {
    fn from(refused: &RefusedDelivery) -> Self {
        let code = refused.code();
        let status = match refused {
            RefusedDelivery::UnknownHook | RefusedDelivery::Disabled => StatusCode::NOT_FOUND,
            RefusedDelivery::Unsigned => StatusCode::UNAUTHORIZED,
            RefusedDelivery::BadSignature { reason } => {
                tracing::warn!(
                    signature.reason = reason,
                    "a delivery with a wrong signature was refused"
                );
                StatusCode::UNAUTHORIZED
            }
            RefusedDelivery::Malformed { .. } => StatusCode::BAD_REQUEST,
            RefusedDelivery::Store(error) => return Self::from(error),
        };
        Self::new(status, code, refused.to_string())
    }
}

impl From<&ConnectWorkspaceError> for Refusal {
    fn from(error: &ConnectWorkspaceError) -> Self {
        match error {
            ConnectWorkspaceError::NoTracker
            | ConnectWorkspaceError::WhichTracker { .. }
            | ConnectWorkspaceError::UnknownTracker { .. }
            | ConnectWorkspaceError::AppNotInstalled { .. }
            | ConnectWorkspaceError::Credential(_) => {
                Self::bad_request(error.code(), error.to_string())
            }
            ConnectWorkspaceError::Bitbucket { error: cause, .. } => {
                of_bitbucket(error.code(), error, cause)
            }
            ConnectWorkspaceError::Store(error) => Self::from(error),
        }
    }
}

impl From<&ConsentError> for Refusal {
    fn from(error: &ConsentError) -> Self {
        let status = match error {
            ConsentError::Off => StatusCode::NOT_FOUND,
            ConsentError::Malformed { .. } | ConsentError::UnknownState | ConsentError::Denied => {
                StatusCode::BAD_REQUEST
            }
            ConsentError::Exchange(cause) => {
                tracing::warn!(
                    error.code = cause.code(),
                    "Bitbucket gave no grant for a consent"
                );
                if cause.is_retryable() {
                    StatusCode::BAD_GATEWAY
                } else {
                    StatusCode::BAD_REQUEST
                }
            }
            ConsentError::Connect(error) => return Self::from(error),
            ConsentError::Store(error) => return Self::from(error),
        };
        Self::new(status, error.code(), error.to_string())
    }
}

impl From<&AddRepositoryError> for Refusal {
    fn from(error: &AddRepositoryError) -> Self {
        match error {
            AddRepositoryError::NotConnected { .. } => {
                Self::new(StatusCode::NOT_FOUND, error.code(), error.to_string())
            }
            AddRepositoryError::Credential(_) => Self::bad_request(error.code(), chain(error)),
            AddRepositoryError::Bitbucket { error: cause, .. }
            | AddRepositoryError::Hook { error: cause, .. } => {
                of_bitbucket(error.code(), error, cause)
            }
            AddRepositoryError::Store(error) => Self::from(error),
        }
    }
}

impl From<&RefusedLifecycle> for Refusal {
    fn from(refused: &RefusedLifecycle) -> Self {
        let code = refused.code();
        let status = match refused {
            RefusedLifecycle::Off => StatusCode::NOT_FOUND,
            RefusedLifecycle::Untrusted { reason } => {
                tracing::warn!(
                    lifecycle.reason = reason,
                    "a call that is not proven to come from Bitbucket was refused"
                );
                StatusCode::UNAUTHORIZED
            }
            RefusedLifecycle::Body(_)
            | RefusedLifecycle::OtherApp
            | RefusedLifecycle::ForeignApi
            | RefusedLifecycle::Unusable => StatusCode::BAD_REQUEST,
            RefusedLifecycle::Unproven(cause) => return of_bitbucket(code, refused, cause),
            RefusedLifecycle::Unsure(_) => StatusCode::SERVICE_UNAVAILABLE,
            RefusedLifecycle::Store(error) => return Self::from(error),
        };
        Self::new(status, code, refused.to_string())
    }
}

impl From<&DisconnectError> for Refusal {
    fn from(error: &DisconnectError) -> Self {
        match error {
            DisconnectError::Unknown => Self::not_found(error.to_string()),
            DisconnectError::Store(error) => Self::from(error),
        }
    }
}

impl From<&SearchRepositoriesError> for Refusal {
    fn from(error: &SearchRepositoriesError) -> Self {
        match error {
            SearchRepositoriesError::NotConnected => Self::not_found(error.to_string()),
            SearchRepositoriesError::Query(_) | SearchRepositoriesError::Credential(_) => {
                Self::bad_request(error.code(), chain(error))
            }
            SearchRepositoriesError::Bitbucket(cause) => of_bitbucket(error.code(), error, cause),
            SearchRepositoriesError::Store(error) => Self::from(error),
        }
    }
}

impl From<&RemoveRepositoryError> for Refusal {
    fn from(error: &RemoveRepositoryError) -> Self {
        match error {
            RemoveRepositoryError::Unknown => Self::not_found(error.to_string()),
            RemoveRepositoryError::Hook { error: cause, .. } => {
                of_bitbucket(error.code(), error, cause)
            }
            RemoveRepositoryError::Store(error) => Self::from(error),
        }
    }
}

impl From<&RotateSecretError> for Refusal {
    fn from(error: &RotateSecretError) -> Self {
        match error {
            RotateSecretError::Unknown => Self::not_found(error.to_string()),
            RotateSecretError::Hook(error) => Self::from(error),
            RotateSecretError::Refused(cause) => of_bitbucket(error.code(), error, cause),
        }
    }
}

impl From<&OpenReleaseError> for Refusal {
    fn from(error: &OpenReleaseError) -> Self {
        let status = match error {
            OpenReleaseError::UnknownRepository { .. } => StatusCode::NOT_FOUND,
            OpenReleaseError::Version { .. }
            | OpenReleaseError::Environment { .. }
            | OpenReleaseError::Twice { .. }
            | OpenReleaseError::OtherInstallation { .. }
            | OpenReleaseError::AbbreviatedCommit { .. }
            | OpenReleaseError::NoProject => StatusCode::BAD_REQUEST,
            OpenReleaseError::Differs { .. } => StatusCode::CONFLICT,
            OpenReleaseError::Store(error) => return Self::from(error),
        };
        Self::new(status, error.code(), error.to_string())
    }
}

impl From<&DeployReleaseError> for Refusal {
    fn from(error: &DeployReleaseError) -> Self {
        match error {
            DeployReleaseError::Unknown => Self::not_found(error.to_string()),
            DeployReleaseError::Environment { .. } | DeployReleaseError::Key => {
                Self::bad_request(error.code(), error.to_string())
            }
            DeployReleaseError::Store(error) => Self::from(error),
        }
    }
}

impl From<&SourceError> for Refusal {
    fn from(error: &SourceError) -> Self {
        match error {
            SourceError::UnknownRepository
            | SourceError::UnknownMapping
            | SourceError::UnknownRevision { .. }
            | SourceError::UnknownFile { .. } => {
                Self::new(StatusCode::NOT_FOUND, error.code(), error.to_string())
            }
            SourceError::Invalid { .. }
            | SourceError::WhichInstallation
            | SourceError::Credential(_) => Self::bad_request(error.code(), chain(error)),
            SourceError::Exists => Self::new(StatusCode::CONFLICT, error.code(), error.to_string()),
            SourceError::Bitbucket(cause) => of_bitbucket(error.code(), error, cause),
            SourceError::Store(error) => Self::from(error),
        }
    }
}

impl From<&IssueError> for Refusal {
    fn from(error: &IssueError) -> Self {
        let status = match error {
            IssueError::UnknownRepository
            | IssueError::NotConnected
            | IssueError::UnknownIssue { .. }
            | IssueError::UnknownNumber
            | IssueError::UnknownLink => StatusCode::NOT_FOUND,
            IssueError::Invalid { .. }
            | IssueError::TrackerNotConfigured { .. }
            | IssueError::NoTracker
            | IssueError::Credential(_) => StatusCode::BAD_REQUEST,
            IssueError::TrackerGone { .. } => StatusCode::GONE,
            IssueError::KeyReused | IssueError::Underway => StatusCode::CONFLICT,
            IssueError::Unfinished(cause) => {
                tracing::warn!(error.code = error.code(), error = %chain(cause), "Bitbucket did not answer as it should");
                StatusCode::BAD_GATEWAY
            }
            IssueError::Tracker(cause) => return Self::from(cause),
            IssueError::Bitbucket(cause) => return of_bitbucket(error.code(), error, cause),
            IssueError::Store(error) => return Self::from(error),
        };
        Self::new(status, error.code(), error.to_string())
    }
}

/// The tracker is in trouble, or our token for it is; whoever asks can't help it.
impl From<&TrackerError> for Refusal {
    fn from(error: &TrackerError) -> Self {
        tracing::warn!(error.code = error.code(), error = %error, "the tracker did not answer as it should");
        Self::new(StatusCode::BAD_GATEWAY, error.code(), error.to_string())
    }
}

/// The store is our own affair: 503, whatever it is, with the reason in the log.
impl From<&StoreError> for Refusal {
    fn from(error: &StoreError) -> Self {
        tracing::error!(error.code = error.code(), error = %chain(error), "the store failed");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            error.code(),
            error.to_string(),
        )
    }
}

/// 400 when Bitbucket blames what we were given (the credential, a name), 502 when Bitbucket itself is the trouble.
fn of_bitbucket(code: &'static str, error: &dyn std::error::Error, cause: &ApiError) -> Refusal {
    let theirs = match cause.status() {
        Some(401 | 403 | 404) => false,
        Some(_) | None => !matches!(cause.cause(), ApiErrorCause::Authorize(_)),
    };
    let mut message = error.to_string();
    if let Some(said) = cause.peer_message() {
        message.push_str("; Bitbucket says: ");
        message.push_str(said);
    }
    if theirs {
        tracing::warn!(error.code = code, error = %chain(cause), "Bitbucket did not answer as it should");
        return Refusal::new(StatusCode::BAD_GATEWAY, code, message);
    }
    Refusal::bad_request(code, message)
}
