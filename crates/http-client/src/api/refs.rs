//! Branches and tags.

use async_trait::async_trait;
use bitbucket_api_paths::{RepoRef, Revision};

use crate::error::ApiError;
use crate::model::{Listing, Reference, ReferenceQuery};

/// Reading branches and tags. Needs the scope `repository`.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Refs: Send + Sync {
    /// Branches and tags together in natural order of their names, at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn references(
        &self,
        repository: &RepoRef,
        query: &ReferenceQuery,
        limit: usize,
    ) -> Result<Listing<Reference>, ApiError>;

    /// The branches in natural order of their names, at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn branches(
        &self,
        repository: &RepoRef,
        limit: usize,
    ) -> Result<Listing<Reference>, ApiError>;

    /// The tags in natural order of their names, at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn tags(
        &self,
        repository: &RepoRef,
        limit: usize,
    ) -> Result<Listing<Reference>, ApiError>;

    /// One branch.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn branch(&self, repository: &RepoRef, name: &Revision) -> Result<Reference, ApiError>;

    /// One tag.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn tag(&self, repository: &RepoRef, name: &Revision) -> Result<Reference, ApiError>;
}
