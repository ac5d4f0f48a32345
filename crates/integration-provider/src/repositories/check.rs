//! One repository: is it there, is its hook right, does it belong to an installation that is in use?

use bitbucket_api_paths::RepoRef;
use bitbucket_http_client::policy::Priority;
use bitbucket_http_client::{ApiErrorCause, BitbucketApi, Repository};

use super::AddRepositoryError;
use crate::ids::{InstallationId, RepositoryId};
use crate::integration::Integration;
use crate::ports::{
    Installation, InstallationState, NewJob, RepositoryState, StoreError, TrackedRepository,
};
use crate::repositories::RotateSecretError;
use crate::work::WorkError;

impl Integration {
    /// Checks a repository and mends what is wrong: a hook that is gone or was changed, a name that moved on, an installation that
    /// nobody uses any more.
    pub(crate) async fn check_repository(
        &self,
        id: RepositoryId,
        installation: InstallationId,
        rotate: bool,
    ) -> Result<Vec<NewJob>, WorkError> {
        let Some(repository) = self.ports.repositories.find(id).await? else {
            return Ok(Vec::new());
        };
        let installation = self.active_installation(installation).await?;
        let client = self.client(&installation, Priority::Background).await?;
        let Some(repository) = self
            .owned(client.as_ref(), &installation, repository)
            .await?
        else {
            return Ok(Vec::new());
        };
        let at = RepoRef::from(repository.uuid.clone());
        match client.repository(&at).await {
            Ok(shown) => {
                let repository = self
                    .mend(client.as_ref(), repository, shown, rotate)
                    .await?;
                self.reconcile(client.as_ref(), &installation, &repository)
                    .await?;
            }
            Err(error) if *error.cause() == ApiErrorCause::NotFound => {
                self.disable_repository(repository).await?;
            }
            Err(error) => return Err(WorkError::Bitbucket(error)),
        }
        Ok(Vec::new())
    }

    /// The repository as one of this installation; `None` when it is somebody else's.
    async fn owned(
        &self,
        client: &dyn BitbucketApi,
        installation: &Installation,
        mut repository: TrackedRepository,
    ) -> Result<Option<TrackedRepository>, WorkError> {
        if repository.installation == installation.id {
            return Ok(Some(repository));
        }
        let owner = self
            .ports
            .installations
            .find(repository.installation)
            .await?;
        let unowned = owner.is_none_or(|owner| {
            owner.state == InstallationState::Disabled && owner.tracker == installation.tracker
        });
        let at = RepoRef::from(repository.uuid.clone());
        let known = self
            .ports
            .repositories
            .by_uuid(installation.id, &repository.uuid)
            .await?;
        if !unowned || known.is_some() || client.hooks(&at).await.is_err() {
            return Ok(None);
        }
        tracing::info!(repository.name = %repository.full_name, installation.id = %installation.id, "a repository that nobody owned is taken over");
        repository.installation = installation.id;
        self.ports.repositories.update(&repository).await?;
        Ok(Some(repository))
    }

    async fn mend(
        &self,
        client: &dyn BitbucketApi,
        mut repository: TrackedRepository,
        shown: Repository,
        rotate: bool,
    ) -> Result<TrackedRepository, WorkError> {
        let before = repository.clone();
        repository.full_name = shown.full_name;
        repository.web_url = shown.html_url.or(repository.web_url);
        repository.main_branch = shown.main_branch;
        if rotate {
            return Ok(self.rotate(client, repository).await?);
        }
        let hook = self.hook_of(client, &repository).await?;
        repository.hook = Some(hook.uuid);
        repository.state = RepositoryState::Active;
        if repository != before {
            tracing::info!(repository.name = %repository.full_name, hook.was_new = repository.hook != before.hook, "a repository was mended");
            self.ports.repositories.update(&repository).await?;
        }
        Ok(repository)
    }

    pub(crate) async fn disable_repository(
        &self,
        mut repository: TrackedRepository,
    ) -> Result<(), StoreError> {
        if repository.state != RepositoryState::Disabled {
            tracing::warn!(repository.name = %repository.full_name, "Bitbucket does not show a followed repository any more; it is disabled");
            repository.state = RepositoryState::Disabled;
            self.ports.repositories.update(&repository).await?;
        }
        Ok(())
    }
}

impl From<AddRepositoryError> for WorkError {
    fn from(error: AddRepositoryError) -> Self {
        match error {
            AddRepositoryError::Bitbucket { error, .. }
            | AddRepositoryError::Hook { error, .. } => Self::Bitbucket(error),
            AddRepositoryError::Store(error) => Self::Store(error),
            AddRepositoryError::Credential(Some(error)) => Self::Credential(error),
            AddRepositoryError::NotConnected { .. } | AddRepositoryError::Credential(None) => {
                Self::Gone {
                    what: "the installation",
                }
            }
        }
    }
}

impl From<RotateSecretError> for WorkError {
    fn from(error: RotateSecretError) -> Self {
        match error {
            RotateSecretError::Unknown => Self::Gone {
                what: "the repository",
            },
            RotateSecretError::Hook(error) => Self::from(error),
            RotateSecretError::Refused(error) => Self::Bitbucket(error),
        }
    }
}
