//! Branches and tags.

use async_trait::async_trait;
use bitbucket_api_paths::{Endpoint, Query, RepoRef, Revision, refs};

use super::{BitbucketClient, ENTRIES_PER_PAGE};
use crate::api::Refs;
use crate::error::ApiError;
use crate::model::{Listing, Reference};

#[async_trait]
impl Refs for BitbucketClient {
    async fn branches(
        &self,
        repository: &RepoRef,
        limit: usize,
    ) -> Result<Listing<Reference>, ApiError> {
        self.collect(&by_name(refs::branches(repository)), limit)
            .await
    }

    async fn tags(
        &self,
        repository: &RepoRef,
        limit: usize,
    ) -> Result<Listing<Reference>, ApiError> {
        self.collect(&by_name(refs::tags(repository)), limit).await
    }

    async fn branch(&self, repository: &RepoRef, name: &Revision) -> Result<Reference, ApiError> {
        self.read(&refs::branch(repository, name)).await
    }

    async fn tag(&self, repository: &RepoRef, name: &Revision) -> Result<Reference, ApiError> {
        self.read(&refs::tag(repository, name)).await
    }
}

fn by_name(endpoint: Endpoint) -> Endpoint {
    let fields = "next,values.name,values.target.hash,values.target.date";
    endpoint.with_query(
        Query::new()
            .sort("name")
            .pagelen(ENTRIES_PER_PAGE)
            .fields(fields),
    )
}
