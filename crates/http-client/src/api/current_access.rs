//! The credential itself.

use async_trait::async_trait;

use crate::error::ApiError;
use crate::model::{Account, Listing, WorkspaceAccess};

/// Finding out what a credential is. Needs the scope `account`.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait CurrentAccess: Send + Sync {
    /// The account that the credential belongs to.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn current_user(&self) -> Result<Account, ApiError>;

    /// The workspaces that the credential sees, by slug, at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn my_workspaces(&self, limit: usize) -> Result<Listing<WorkspaceAccess>, ApiError>;
}
