//! Disconnecting a workspace: its hooks go, its credential is forgotten, its history stays.

use bitbucket_api_paths::HookUuid;
use futures_util::{StreamExt as _, stream};

use crate::ids::InstallationId;
use crate::integration::Integration;
use crate::ports::{
    Installation, InstallationState, RepositoryState, StoreError, TrackedRepository,
};

/// Hooks that are deleted at the same time.
const HOOKS_IN_FLIGHT: usize = 8;

/// A workspace that is not connected any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disconnected {
    /// As it is now.
    pub installation: Installation,
    /// Hooks that Bitbucket did not let us delete; their deliveries are refused, and somebody may delete them by hand.
    pub hooks_left: Vec<LeftHook>,
}

/// A hook that is still at Bitbucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftHook {
    /// The repository's name.
    pub repository: String,
    /// The hook, when it is known.
    pub hook: Option<HookUuid>,
    /// Why it is still there.
    pub reason: String,
}

/// Why a workspace is still connected.
#[derive(Debug, thiserror::Error)]
pub enum DisconnectError {
    /// There is no such installation.
    #[error("no workspace is connected under this id")]
    Unknown,
    /// The store failed.
    #[error("the installation could not be changed")]
    Store(#[source] StoreError),
}

impl DisconnectError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown_installation",
            Self::Store(error) => error.code(),
        }
    }
}

impl From<StoreError> for DisconnectError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Integration {
    /// Deletes the hooks of a workspace's repositories, as far as Bitbucket lets us, disables the installation and forgets its
    /// credential. Connecting again brings the repositories back. The credential itself is revoked at Bitbucket, by whoever made it.
    ///
    /// # Errors
    /// [`DisconnectError`].
    pub async fn disconnect_workspace(
        &self,
        id: InstallationId,
    ) -> Result<Disconnected, DisconnectError> {
        let found = self.ports.installations.find(id).await?;
        let mut installation = found.ok_or(DisconnectError::Unknown)?;
        let repositories = self.ports.repositories.list(id).await?;
        let unhooked = stream::iter(repositories)
            .map(|repository| self.without_hook(repository))
            .buffered(HOOKS_IN_FLIGHT);
        let unhooked: Vec<Result<Option<LeftHook>, StoreError>> = unhooked.collect().await;
        self.ports.installations.disconnect(id).await?;
        installation.state = InstallationState::Disabled;
        let mut hooks_left = Vec::new();
        for outcome in unhooked {
            hooks_left.extend(outcome?);
        }
        Ok(Disconnected {
            installation,
            hooks_left,
        })
    }

    async fn without_hook(
        &self,
        mut repository: TrackedRepository,
    ) -> Result<Option<LeftHook>, StoreError> {
        let left = |reason: String, hook| LeftHook {
            repository: repository.full_name.to_string(),
            hook,
            reason,
        };
        let left = match self.unhook(&repository).await? {
            Ok(None) => None,
            Ok(hook) => Some(left("the credential is gone".to_owned(), hook)),
            Err(error) => Some(left(error.to_string(), repository.hook.clone())),
        };
        if left.is_none() {
            repository.hook = None;
        }
        repository.state = RepositoryState::Disabled;
        self.ports.repositories.update(&repository).await?;
        Ok(left)
    }
}
