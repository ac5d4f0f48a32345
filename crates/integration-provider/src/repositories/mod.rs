//! Followed repositories: their rows, their secrets, their hooks, and how they are kept in step with Bitbucket.

mod add;
mod check;
mod hook;
mod remove;
mod rotate;
mod search;
mod sync;

use bitbucket_api_paths::RepoFullName;
use bitbucket_http_client::ApiError;

use crate::integration::ClientError;
use crate::ports::{ConnectorError, ProjectSlug, PushPolicy, StoreError, TrackedRepository};

pub use remove::{RemoveRepositoryError, RemovedRepository};
pub use rotate::RotateSecretError;
pub use search::{FoundRepositories, FoundRepository, MOST_REPOSITORIES, SearchRepositoriesError};

/// What people see in Bitbucket's list of hooks.
pub const HOOK_DESCRIPTION: &str = "bitbucket-integration";

/// A repository that is to be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddRepository {
    /// Its name; its workspace must be connected.
    pub repository: RepoFullName,
    /// The tracker's projects whose issues its commits may name; empty: any.
    pub projects: Vec<ProjectSlug>,
    /// What a push does to the issues that its commits name.
    pub on_push: PushPolicy,
}

/// A repository that is followed now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedRepository {
    /// The repository, with its hook.
    pub repository: TrackedRepository,
    /// Whether it is new; else its projects and policy were replaced.
    pub created: bool,
}

/// Why a repository is not followed.
#[derive(Debug, thiserror::Error)]
pub enum AddRepositoryError {
    /// Nobody connected its workspace.
    #[error(
        "workspace `{workspace}` is not connected; connect it with `bitbucket-integration connect {workspace}`"
    )]
    NotConnected {
        /// The workspace.
        workspace: String,
    },
    /// The credential of its workspace is gone or can't be used.
    #[error("the credential of the workspace can't be used; connect it again")]
    Credential(#[source] Option<ConnectorError>),
    /// Bitbucket did not show the repository.
    #[error("Bitbucket did not show repository `{repository}`: {error}")]
    Bitbucket {
        /// The repository.
        repository: RepoFullName,
        /// What Bitbucket said.
        error: ApiError,
    },
    /// Bitbucket did not take the hook. The repository is not followed.
    #[error(
        "Bitbucket did not take the hook for `{repository}` (the credential needs the scope `webhook` and admin rights on the repository): {error}"
    )]
    Hook {
        /// The repository.
        repository: RepoFullName,
        /// What Bitbucket said.
        error: ApiError,
    },
    /// The store failed.
    #[error("the repository could not be stored")]
    Store(#[source] StoreError),
}

impl AddRepositoryError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotConnected { .. } => "workspace_not_connected",
            Self::Credential(_) => "credential_unusable",
            Self::Bitbucket { error, .. } | Self::Hook { error, .. } => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}

impl From<StoreError> for AddRepositoryError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ClientError> for AddRepositoryError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::NoCredential => Self::Credential(None),
            ClientError::Credential(error) => Self::Credential(Some(error)),
            ClientError::Store(error) => Self::Store(error),
        }
    }
}

#[cfg(test)]
mod tests;
