//! Workspaces.

use async_trait::async_trait;
use bitbucket_api_paths::Workspace;

use crate::error::ApiError;
use crate::model::WorkspaceDetails;

/// Reading workspaces.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Workspaces: Send + Sync {
    /// One workspace, by slug or by id.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn workspace(&self, workspace: &Workspace) -> Result<WorkspaceDetails, ApiError>;
}
