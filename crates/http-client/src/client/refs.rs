//! Branches and tags.

use async_trait::async_trait;
use bitbucket_api_paths::{Endpoint, Query, RepoRef, Revision, refs};

use super::{BitbucketClient, ENTRIES_PER_PAGE, trimmed_page};
use crate::api::Refs;
use crate::error::ApiError;
use crate::model::{Listing, Reference, ReferenceQuery};

#[async_trait]
impl Refs for BitbucketClient {
    async fn references(
        &self,
        repository: &RepoRef,
        query: &ReferenceQuery,
        limit: usize,
    ) -> Result<Listing<Reference>, ApiError> {
        let filter = query.filter.as_ref();
        let filter = filter.map_or_else(Query::new, |filter| Query::new().filter(filter));
        let endpoint = by_name(refs::list(repository).with_query(filter));
        self.collect(&endpoint, limit).await
    }

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
        self.trimmed(&refs::branch(repository, name)).await
    }

    async fn tag(&self, repository: &RepoRef, name: &Revision) -> Result<Reference, ApiError> {
        self.trimmed(&refs::tag(repository, name)).await
    }
}

fn by_name(endpoint: Endpoint) -> Endpoint {
    let query = Query::new().sort("name").pagelen(ENTRIES_PER_PAGE);
    trimmed_page::<Reference>(endpoint.with_query(query))
}
