//! The repositories of a workspace.

use async_trait::async_trait;
use bitbucket_api_paths::Workspace;

use crate::error::ApiError;
use crate::model::{Listing, Repository, RepositoryQuery};

/// Listing repositories. Needs the scope `repository`.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait RepositoryLists: Send + Sync {
    /// The repositories of a workspace by name, at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; a 410 without a change's name means that Bitbucket took the workspace for spam.
    async fn repositories(
        &self,
        workspace: &Workspace,
        query: &RepositoryQuery,
        limit: usize,
    ) -> Result<Listing<Repository>, ApiError>;
}
