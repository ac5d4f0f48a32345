//! Finding out what the credential is.

use async_trait::async_trait;
use bitbucket_api_paths::{Query, users};

use super::{BitbucketClient, ENTRIES_PER_PAGE};
use crate::api::CurrentAccess;
use crate::error::ApiError;
use crate::model::{Account, Listing, WorkspaceAccess};

#[async_trait]
impl CurrentAccess for BitbucketClient {
    async fn current_user(&self) -> Result<Account, ApiError> {
        self.read(&users::current()).await
    }

    async fn my_workspaces(&self, limit: usize) -> Result<Listing<WorkspaceAccess>, ApiError> {
        let query = Query::new().sort("slug").pagelen(ENTRIES_PER_PAGE);
        self.collect(&users::workspaces().with_query(query), limit)
            .await
    }
}
