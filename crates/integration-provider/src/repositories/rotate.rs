//! A new secret for a hook, without a moment in which a genuine delivery is refused.

use bitbucket_http_client::policy::Priority;
use bitbucket_http_client::{ApiError, BitbucketApi};

use super::AddRepositoryError;
use crate::ids::RepositoryId;
use crate::integration::Integration;
use crate::ports::{RepositoryState, StoreError, TrackedRepository, fresh_secret};

/// Secrets that stay good after a rotation: the new one, and the one that deliveries under way are signed with.
const KEPT_SECRETS: u32 = 2;

/// Why a hook still has its old secret.
#[derive(Debug, thiserror::Error)]
pub enum RotateSecretError {
    /// Nobody follows the repository.
    #[error("no repository with this id is followed")]
    Unknown,
    /// Its workspace can't be reached, or its hook is not there.
    #[error(transparent)]
    Hook(AddRepositoryError),
    /// Bitbucket did not take the new secret.
    #[error("Bitbucket did not take a new secret for the hook: {0}")]
    Refused(ApiError),
}

impl RotateSecretError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown_repository",
            Self::Hook(error) => error.code(),
            Self::Refused(error) => error.code(),
        }
    }
}

impl From<AddRepositoryError> for RotateSecretError {
    fn from(error: AddRepositoryError) -> Self {
        Self::Hook(error)
    }
}

impl From<StoreError> for RotateSecretError {
    fn from(error: StoreError) -> Self {
        Self::Hook(error.into())
    }
}

impl Integration {
    /// Gives the hook of a repository a new secret. Deliveries that were signed with the one before are still taken.
    ///
    /// # Errors
    /// [`RotateSecretError`]; deliveries signed with either secret are taken then.
    pub async fn rotate_secret(
        &self,
        id: RepositoryId,
    ) -> Result<TrackedRepository, RotateSecretError> {
        let repository = self.ports.repositories.find(id).await?;
        let repository = repository.ok_or(RotateSecretError::Unknown)?;
        let installation = self
            .ports
            .installations
            .find(repository.installation)
            .await?;
        let installation = installation.ok_or(RotateSecretError::Unknown)?;
        let client = self
            .client(&installation, Priority::Interactive)
            .await
            .map_err(AddRepositoryError::from)?;
        self.rotate(client.as_ref(), repository).await
    }

    pub(super) async fn rotate(
        &self,
        client: &dyn BitbucketApi,
        mut repository: TrackedRepository,
    ) -> Result<TrackedRepository, RotateSecretError> {
        let hook = self.hook_of(client, &repository).await?;
        let secret = fresh_secret(self.ports.entropy.as_ref());
        // Known here before it is known there: the next delivery may be signed with it.
        let repositories = &self.ports.repositories;
        repositories.add_hook_secret(repository.id, &secret).await?;
        let updated = self.update_hook(client, &repository, &hook.uuid, Some(secret));
        let hook = updated.await.map_err(RotateSecretError::Refused)?;
        repositories
            .retire_hook_secrets(repository.id, KEPT_SECRETS)
            .await?;
        repository.hook = Some(hook.uuid);
        repository.state = RepositoryState::Active;
        repositories.update(&repository).await?;
        Ok(repository)
    }
}
