//! Reading repositories.

use async_trait::async_trait;
use bitbucket_api_paths::{RepoRef, repositories};

use super::BitbucketClient;
use crate::api::Repositories;
use crate::error::ApiError;
use crate::model::Repository;

#[async_trait]
impl Repositories for BitbucketClient {
    async fn repository(&self, repository: &RepoRef) -> Result<Repository, ApiError> {
        self.trimmed(&repositories::repository(repository)).await
    }
}
