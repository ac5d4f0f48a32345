//! Reading workspaces.

use async_trait::async_trait;
use bitbucket_api_paths::{Workspace, workspaces};

use super::BitbucketClient;
use crate::api::Workspaces;
use crate::error::ApiError;
use crate::model::WorkspaceDetails;

#[async_trait]
impl Workspaces for BitbucketClient {
    async fn workspace(&self, workspace: &Workspace) -> Result<WorkspaceDetails, ApiError> {
        self.read(&workspaces::one(workspace)).await
    }
}
