//! Following a repository.

use bitbucket_api_paths::{RepoFullName, RepoRef};
use bitbucket_http_client::policy::Priority;
use bitbucket_http_client::{BitbucketApi, Repository};

use super::{AddRepository, AddRepositoryError, AddedRepository};
use crate::ids::RepositoryId;
use crate::integration::Integration;
use crate::ports::{
    Installation, InstallationState, RepositoryState, TrackedRepository, fresh_secret,
};

impl Integration {
    /// Follows a repository: reads it, keeps it with a fresh secret, creates its hook or takes over the one that an earlier following
    /// left behind. A repository that is followed already gets the given projects and policy, and its hook back if somebody deleted it.
    /// When the hook can't be created, nothing is kept.
    ///
    /// # Errors
    /// [`AddRepositoryError`].
    pub async fn add_repository(
        &self,
        request: AddRepository,
    ) -> Result<AddedRepository, AddRepositoryError> {
        let installation = self.connected(&request.repository).await?;
        let client = self.client(&installation, Priority::Interactive).await?;
        let shown = client
            .repository(&RepoRef::from(request.repository.clone()))
            .await;
        let shown = shown.map_err(|error| AddRepositoryError::Bitbucket {
            repository: request.repository.clone(),
            error,
        })?;
        match self
            .ports
            .repositories
            .by_uuid(installation.id, &shown.uuid)
            .await?
        {
            Some(followed) => {
                self.follow_again(client.as_ref(), followed, shown, request)
                    .await
            }
            None => {
                self.follow(client.as_ref(), &installation, shown, request)
                    .await
            }
        }
    }

    async fn connected(
        &self,
        repository: &RepoFullName,
    ) -> Result<Installation, AddRepositoryError> {
        let wanted = repository.workspace().as_str();
        let all = self.ports.installations.list().await?;
        all.into_iter()
            .filter(|installation| installation.state == InstallationState::Active)
            .find(|installation| {
                installation.workspace.as_str().eq_ignore_ascii_case(wanted)
                    || installation.workspace_uuid.as_str() == wanted
            })
            .ok_or_else(|| AddRepositoryError::NotConnected {
                workspace: wanted.to_owned(),
            })
    }

    async fn follow(
        &self,
        client: &dyn BitbucketApi,
        installation: &Installation,
        shown: Repository,
        request: AddRepository,
    ) -> Result<AddedRepository, AddRepositoryError> {
        let secret = fresh_secret(self.ports.entropy.as_ref());
        let mut repository = TrackedRepository {
            id: RepositoryId::fresh(self.ports.clock.as_ref(), self.ports.entropy.as_ref()),
            installation: installation.id,
            uuid: shown.uuid,
            full_name: shown.full_name,
            web_url: shown.html_url,
            main_branch: shown.main_branch,
            projects: request.projects,
            on_push: request.on_push,
            hook: None,
            state: RepositoryState::Pending,
            added_at: self.ports.clock.now(),
        };
        // The row comes first: a push may be delivered before the answer that the hook exists.
        self.ports.repositories.add(&repository, &secret).await?;
        match self.first_hook(client, &repository, secret).await {
            Ok(hook) => {
                repository.hook = Some(hook.uuid);
                repository.state = RepositoryState::Active;
                self.ports.repositories.update(&repository).await?;
                Ok(AddedRepository {
                    repository,
                    created: true,
                })
            }
            Err(error) => {
                self.ports.repositories.remove(repository.id).await?;
                Err(AddRepositoryError::Hook {
                    repository: repository.full_name,
                    error,
                })
            }
        }
    }

    async fn follow_again(
        &self,
        client: &dyn BitbucketApi,
        mut repository: TrackedRepository,
        shown: Repository,
        request: AddRepository,
    ) -> Result<AddedRepository, AddRepositoryError> {
        let hook = self.hook_of(client, &repository).await?;
        repository.hook = Some(hook.uuid);
        repository.state = RepositoryState::Active;
        repository.full_name = shown.full_name;
        repository.web_url = shown.html_url;
        repository.main_branch = shown.main_branch;
        repository.projects = request.projects;
        repository.on_push = request.on_push;
        self.ports.repositories.update(&repository).await?;
        Ok(AddedRepository {
            repository,
            created: false,
        })
    }
}
