//! Listing repositories.

use async_trait::async_trait;
use bitbucket_api_paths::{Query, Workspace, repositories};

use super::{BitbucketClient, ENTRIES_PER_PAGE};
use crate::api::RepositoryLists;
use crate::error::ApiError;
use crate::model::{Listing, Repository, RepositoryQuery};

#[async_trait]
impl RepositoryLists for BitbucketClient {
    async fn repositories(
        &self,
        workspace: &Workspace,
        query: &RepositoryQuery,
        limit: usize,
    ) -> Result<Listing<Repository>, ApiError> {
        let mut asked = Query::new();
        if let Some(role) = query.role {
            asked = asked.param("role", role.as_str());
        }
        if let Some(filter) = &query.filter {
            asked = asked.filter(filter);
        }
        let asked = asked.sort("name").pagelen(ENTRIES_PER_PAGE);
        let endpoint = repositories::list(workspace).with_query(asked);
        self.trimmed_pages(&endpoint).collect_up_to(limit).await
    }
}
