//! Repositories.

use async_trait::async_trait;
use bitbucket_api_paths::RepoRef;

use crate::error::ApiError;
use crate::model::Repository;

/// Reading repositories. Needs the scope `repository`.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Repositories: Send + Sync {
    /// One repository, by name or by id.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`NotFound`](crate::ApiErrorCause::NotFound) also when the credential may not see it.
    async fn repository(&self, repository: &RepoRef) -> Result<Repository, ApiError>;
}
