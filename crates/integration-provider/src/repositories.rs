//! Following a repository: its row, its secret, its hook.

use bitbucket_api_paths::{RepoFullName, RepoRef};
use bitbucket_http_client::{ApiError, BitbucketApi, Hook, NewHook, Repository};
use secrecy::SecretString;

use crate::events::SUBSCRIBED;
use crate::ids::RepositoryId;
use crate::integration::{ClientError, Integration};
use crate::ports::{
    ConnectorError, Installation, InstallationState, ProjectSlug, PushPolicy, RepositoryState,
    StoreError, TrackedRepository, fresh_secret,
};

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

impl Integration {
    /// Follows a repository: reads it, keeps it with a fresh secret, creates its hook. A repository that is followed already gets the
    /// given projects and policy, and its hook back if somebody deleted it. When the hook can't be created, nothing is kept.
    ///
    /// # Errors
    /// [`AddRepositoryError`].
    pub async fn add_repository(
        &self,
        request: AddRepository,
    ) -> Result<AddedRepository, AddRepositoryError> {
        let installation = self.connected(&request.repository).await?;
        let client = self.client(&installation).await?;
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
        match self.create_hook(client, &repository, secret).await {
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

    /// The hook of a followed repository, created again with the same secret if it is gone.
    async fn hook_of(
        &self,
        client: &dyn BitbucketApi,
        repository: &TrackedRepository,
    ) -> Result<Hook, AddRepositoryError> {
        let at = RepoRef::from(repository.uuid.clone());
        let url = self.settings.hook_base.hook_url(repository.id);
        let refused = |error| AddRepositoryError::Hook {
            repository: repository.full_name.clone(),
            error,
        };
        let hooks = client.hooks(&at).await.map_err(refused)?;
        if let Some(hook) = hooks.into_iter().find(|hook| is_ours(hook, &url)) {
            return Ok(hook);
        }
        let secrets = self.ports.repositories.hook_secrets(repository.id);
        let Some(secret) = secrets.await?.into_iter().next() else {
            let what = "the secret of the hook".to_owned();
            return Err(AddRepositoryError::Store(StoreError::Unreadable { what }));
        };
        self.create_hook(client, repository, secret)
            .await
            .map_err(refused)
    }

    async fn create_hook(
        &self,
        client: &dyn BitbucketApi,
        repository: &TrackedRepository,
        secret: SecretString,
    ) -> Result<Hook, ApiError> {
        let hook = NewHook {
            description: HOOK_DESCRIPTION.to_owned(),
            url: self.settings.hook_base.hook_url(repository.id),
            active: true,
            events: SUBSCRIBED.iter().map(|&event| event.to_owned()).collect(),
            secret,
        };
        client
            .create_hook(&RepoRef::from(repository.uuid.clone()), &hook)
            .await
    }
}

/// Whether a hook does what ours must do.
fn is_ours(hook: &Hook, url: &str) -> bool {
    hook.active
        && hook.url == url
        && SUBSCRIBED
            .iter()
            .all(|event| hook.events.iter().any(|subscribed| subscribed == event))
}

#[cfg(test)]
mod tests;
