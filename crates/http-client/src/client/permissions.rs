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
        self.trimmed(&users::permission(workspace)).await
    }

    async fn my_repository_access(
        &self,
        workspace: &Workspace,
        limit: usize,
    ) -> Result<Listing<RepositoryAccess>, ApiError> {
        let endpoint = users::repository_permissions(workspace);
        self.trimmed_pages(&in_long_pages(endpoint))
            .collect_up_to(limit)
            .await
    }

    async fn members(
        &self,
        workspace: &Workspace,
        limit: usize,
    ) -> Result<Listing<WorkspaceMember>, ApiError> {
        self.trimmed_pages(&in_long_pages(workspaces::members(workspace)))
            .collect_up_to(limit)
            .await
    }

    async fn member(
        &self,
        workspace: &Workspace,
        user: &UserRef,
    ) -> Result<WorkspaceMember, ApiError> {
        self.trimmed(&workspaces::member(workspace, user)).await
    }

    async fn workspace_permissions(
        &self,
        workspace: &Workspace,
        limit: usize,
    ) -> Result<Listing<WorkspaceMember>, ApiError> {
        self.trimmed_pages(&in_long_pages(workspaces::permissions(workspace)))
            .collect_up_to(limit)
            .await
    }

    async fn repository_permissions(
        &self,
        workspace: &Workspace,
        limit: usize,
    ) -> Result<Listing<RepositoryAccess>, ApiError> {
        let endpoint = workspaces::repository_permissions(workspace);
        self.trimmed_pages(&in_long_pages(endpoint))
            .collect_up_to(limit)
            .await
    }

    async fn permissions_of_repository(
        &self,
        workspace: &Workspace,
        repository: &RepoSlug,
        limit: usize,
    ) -> Result<Listing<RepositoryAccess>, ApiError> {
        let endpoint = workspaces::permissions_of_repository(workspace, repository);
        self.trimmed_pages(&in_long_pages(endpoint))
            .collect_up_to(limit)
            .await
    }
}

fn in_long_pages(endpoint: Endpoint) -> Endpoint {
    endpoint.with_query(Query::new().pagelen(ENTRIES_PER_PAGE))
}
