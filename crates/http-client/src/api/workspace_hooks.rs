//! Webhook subscriptions of workspaces.

use async_trait::async_trait;
use bitbucket_api_paths::{HookUuid, Workspace};

use crate::error::ApiError;
use crate::model::{Hook, HookUpdate, NewHook};

/// Keeping a workspace's webhook subscriptions, which hear of all its repositories. Needs the scope `webhook` and an owner.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait WorkspaceHooks: Send + Sync {
    /// All subscriptions.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn workspace_hooks(&self, workspace: &Workspace) -> Result<Vec<Hook>, ApiError>;

    /// One subscription.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`NotFound`](crate::ApiErrorCause::NotFound) when somebody removed it.
    async fn workspace_hook(
        &self,
        workspace: &Workspace,
        hook: &HookUuid,
    ) -> Result<Hook, ApiError>;

    /// Creates a subscription. Not repeated when the answer is lost.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`Misuse`](crate::ApiErrorCause::Misuse) without events or with a secret of a wrong length.
    async fn create_workspace_hook(
        &self,
        workspace: &Workspace,
        hook: &NewHook,
    ) -> Result<Hook, ApiError>;

    /// Replaces a subscription's state.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn update_workspace_hook(
        &self,
        workspace: &Workspace,
        hook: &HookUuid,
        update: &HookUpdate,
    ) -> Result<Hook, ApiError>;

    /// Removes a subscription.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn delete_workspace_hook(
        &self,
        workspace: &Workspace,
        hook: &HookUuid,
    ) -> Result<(), ApiError>;
}
