//! Listing repositories.

use async_trait::async_trait;
use bitbucket_api_paths::{Query, Workspace, repositories};

use super::{BitbucketClient, ENTRIES_PER_PAGE};
use crate::api::RepositoryLists;
use crate::error::ApiError;
use crate::model::{Listing, Repository, RepositoryQuery};

/// A tenth of what full repositories weigh.
const FIELDS: &str = "next,values.uuid,values.full_name,values.name,values.mainbranch.name,values.is_private,\
                      values.description,values.workspace.uuid,values.links.html.href";

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
        let asked = asked.sort("name").pagelen(ENTRIES_PER_PAGE).fields(FIELDS);
        self.collect(&repositories::list(workspace).with_query(asked), limit)
            .await
    }
}
