//! Who may do what.

use async_trait::async_trait;
use bitbucket_api_paths::{RepoSlug, UserRef, Workspace};

use crate::error::ApiError;
use crate::model::{Listing, RepositoryAccess, WorkspaceMember};

/// Reading who may do what in a workspace and its repositories. Needs the scope `account`, for repositories also
/// `repository`; what others may do is told to administrators.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Permissions: Send + Sync {
    /// What the credential's own account may do in a workspace.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn my_membership(&self, workspace: &Workspace) -> Result<WorkspaceMember, ApiError>;

    /// What the credential's own account may do in which repository of a workspace, at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn my_repository_access(
        &self,
        workspace: &Workspace,
        limit: usize,
    ) -> Result<Listing<RepositoryAccess>, ApiError>;

    /// The members of a workspace, at most `limit`; without what they may do.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn members(
        &self,
        workspace: &Workspace,
        limit: usize,
    ) -> Result<Listing<WorkspaceMember>, ApiError>;

    /// One member of a workspace.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`NotFound`](crate::ApiErrorCause::NotFound) when that user is none.
    async fn member(
        &self,
        workspace: &Workspace,
        user: &UserRef,
    ) -> Result<WorkspaceMember, ApiError>;

    /// The members of a workspace with what they may do in it, at most `limit`. Name the workspace by its slug:
    /// Bitbucket was seen to answer 404 to its id.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn workspace_permissions(
        &self,
        workspace: &Workspace,
        limit: usize,
    ) -> Result<Listing<WorkspaceMember>, ApiError>;

    /// Who may do what in which repository of a workspace, at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn repository_permissions(
        &self,
        workspace: &Workspace,
        limit: usize,
    ) -> Result<Listing<RepositoryAccess>, ApiError>;

    /// Who may do what in one repository, at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn permissions_of_repository(
        &self,
        workspace: &Workspace,
        repository: &RepoSlug,
        limit: usize,
    ) -> Result<Listing<RepositoryAccess>, ApiError>;
}
