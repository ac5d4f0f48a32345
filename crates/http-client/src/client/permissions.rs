//! Reading who may do what.

use async_trait::async_trait;
use bitbucket_api_paths::{Endpoint, Query, RepoSlug, UserRef, Workspace, users, workspaces};

use super::{BitbucketClient, ENTRIES_PER_PAGE};
use crate::api::Permissions;
use crate::error::ApiError;
use crate::model::{Listing, RepositoryAccess, WorkspaceMember};

#[async_trait]
impl Permissions for BitbucketClient {
    async fn my_membership(&self, workspace: &Workspace) -> Result<WorkspaceMember, ApiError> {
        self.read(&users::permission(workspace)).await
    }

    async fn my_repository_access(
        &self,
        workspace: &Workspace,
        limit: usize,
    ) -> Result<Listing<RepositoryAccess>, ApiError> {
        let endpoint = users::repository_permissions(workspace);
        self.collect(&in_long_pages(endpoint), limit).await
    }

    async fn members(
        &self,
        workspace: &Workspace,
        limit: usize,
    ) -> Result<Listing<WorkspaceMember>, ApiError> {
        self.collect(&in_long_pages(workspaces::members(workspace)), limit)
            .await
    }

    async fn member(
        &self,
        workspace: &Workspace,
        user: &UserRef,
    ) -> Result<WorkspaceMember, ApiError> {
        self.read(&workspaces::member(workspace, user)).await
    }

    async fn workspace_permissions(
        &self,
        workspace: &Workspace,
        limit: usize,
    ) -> Result<Listing<WorkspaceMember>, ApiError> {
        self.collect(&in_long_pages(workspaces::permissions(workspace)), limit)
            .await
    }

    async fn repository_permissions(
        &self,
        workspace: &Workspace,
        limit: usize,
    ) -> Result<Listing<RepositoryAccess>, ApiError> {
        let endpoint = workspaces::repository_permissions(workspace);
        self.collect(&in_long_pages(endpoint), limit).await
    }

    async fn permissions_of_repository(
        &self,
        workspace: &Workspace,
        repository: &RepoSlug,
        limit: usize,
    ) -> Result<Listing<RepositoryAccess>, ApiError> {
        let endpoint = workspaces::permissions_of_repository(workspace, repository);
        self.collect(&in_long_pages(endpoint), limit).await
    }
}

fn in_long_pages(endpoint: Endpoint) -> Endpoint {
    endpoint.with_query(Query::new().pagelen(ENTRIES_PER_PAGE))
}
