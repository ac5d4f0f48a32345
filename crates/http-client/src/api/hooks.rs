//! Webhook subscriptions of repositories.

use async_trait::async_trait;
use bitbucket_api_paths::{HookUuid, RepoRef};

use crate::error::ApiError;
use crate::model::{Hook, HookUpdate, NewHook};

/// Keeping a repository's webhook subscriptions. Needs the scope `webhook` and the read scope of each event.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Hooks: Send + Sync {
    /// All subscriptions.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn hooks(&self, repository: &RepoRef) -> Result<Vec<Hook>, ApiError>;

    /// One subscription.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`NotFound`](crate::ApiErrorCause::NotFound) when somebody removed it.
    async fn hook(&self, repository: &RepoRef, hook: &HookUuid) -> Result<Hook, ApiError>;

    /// Creates a subscription. Not repeated when the answer is lost: look with [`Hooks::hooks`] first.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`Misuse`](crate::ApiErrorCause::Misuse) without events or with a secret of a wrong length.
    async fn create_hook(&self, repository: &RepoRef, hook: &NewHook) -> Result<Hook, ApiError>;

    /// Replaces a subscription's state.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`NotFound`](crate::ApiErrorCause::NotFound) when somebody removed it.
    async fn update_hook(
        &self,
        repository: &RepoRef,
        hook: &HookUuid,
        update: &HookUpdate,
    ) -> Result<Hook, ApiError>;

    /// Removes a subscription.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`NotFound`](crate::ApiErrorCause::NotFound) when it was not there before the first attempt.
    async fn delete_hook(&self, repository: &RepoRef, hook: &HookUuid) -> Result<(), ApiError>;
}
