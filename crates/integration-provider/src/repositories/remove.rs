//! No longer following a repository.

use bitbucket_api_paths::{HookUuid, RepoRef};
use bitbucket_http_client::policy::Priority;
use bitbucket_http_client::{ApiError, ApiErrorCause, BitbucketApi};

use crate::ids::RepositoryId;
use crate::integration::{ClientError, Integration};
use crate::ports::{InstallationState, StoreError, TrackedRepository};

/// A repository that is not followed any more. Its commits and releases stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedRepository {
    /// As it was.
    pub repository: TrackedRepository,
    /// The hook that is left at Bitbucket, since its workspace is not connected any more, or its removal was not waited for.
    pub hook_left: Option<HookUuid>,
}

/// Why a repository is still followed.
#[derive(Debug, thiserror::Error)]
pub enum RemoveRepositoryError {
    /// Nobody follows it.
    #[error("no repository with this id is followed")]
    Unknown,
    /// Bitbucket did not delete the hook. The repository is still followed.
    #[error(
        "Bitbucket did not delete the hook of `{repository}`: {error}; try again later, or remove it with `--force` and delete the hook by hand"
    )]
    Hook {
        /// The repository.
        repository: String,
        /// What Bitbucket said.
        error: ApiError,
    },
    /// The store failed.
    #[error("the repository could not be removed")]
    Store(#[source] StoreError),
}

impl RemoveRepositoryError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown_repository",
            Self::Hook { error, .. } => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}

impl From<StoreError> for RemoveRepositoryError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Integration {
    /// Deletes the hook at Bitbucket and forgets the repository with its secrets. A hook that is gone already is fine. With `force`, the
    /// repository is forgotten also when its hook can't be deleted.
    ///
    /// # Errors
    /// [`RemoveRepositoryError`]; the repository is still followed then.
    pub async fn remove_repository(
        &self,
        id: RepositoryId,
        force: bool,
    ) -> Result<RemovedRepository, RemoveRepositoryError> {
        let repository = self.ports.repositories.find(id).await?;
        let repository = repository.ok_or(RemoveRepositoryError::Unknown)?;
        let hook_left = match self.unhook(&repository).await? {
            Ok(left) => left,
            Err(_) if force => repository.hook.clone(),
            Err(error) => {
                return Err(RemoveRepositoryError::Hook {
                    repository: repository.full_name.to_string(),
                    error,
                });
            }
        };
        self.ports.repositories.remove(id).await?;
        Ok(RemovedRepository {
            repository,
            hook_left,
        })
    }

    /// Deletes the hook of a repository; gives the hook that is left when nobody can delete it any more.
    pub(crate) async fn unhook(
        &self,
        repository: &TrackedRepository,
    ) -> Result<Result<Option<HookUuid>, ApiError>, StoreError> {
        let installation = self
            .ports
            .installations
            .find(repository.installation)
            .await?;
        let Some(installation) = installation.filter(|one| one.state == InstallationState::Active)
        else {
            return Ok(Ok(repository.hook.clone()));
        };
        let client = match self.client(&installation, Priority::Interactive).await {
            Ok(client) => client,
            Err(ClientError::Store(error)) => return Err(error),
            Err(ClientError::NoCredential | ClientError::Credential(_)) => {
                return Ok(Ok(repository.hook.clone()));
            }
        };
        Ok(self.delete_hook(client.as_ref(), repository).await)
    }

    async fn delete_hook(
        &self,
        client: &dyn BitbucketApi,
        repository: &TrackedRepository,
    ) -> Result<Option<HookUuid>, ApiError> {
        let at = RepoRef::from(repository.uuid.clone());
        let hook = match &repository.hook {
            Some(hook) => Some(hook.clone()),
            None => {
                let url = self.settings.hook_base.hook_url(repository.id);
                let hooks = client.hooks(&at).await?;
                hooks
                    .into_iter()
                    .find(|hook| hook.url == url)
                    .map(|hook| hook.uuid)
            }
        };
        let Some(hook) = hook else { return Ok(None) };
        match client.delete_hook(&at, &hook).await {
            Err(error) if *error.cause() != ApiErrorCause::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(None),
        }
    }
}
