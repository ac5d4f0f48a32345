//! Single commits, and what lies between two.

use async_trait::async_trait;
use bitbucket_api_paths::{
    CommitSha, DiffSpec, FilePath, Query, RepoRef, RevisionRange, commits, diffs, sources,
};

use super::commits::{changes, is_fixed};
use super::{BitbucketClient, ENTRIES_PER_PAGE, call_of, trimmed};
use crate::api::History;
use crate::error::ApiError;
use crate::model::{Commit, FileChange, FileVersion, Listing};

#[async_trait]
impl History for BitbucketClient {
    async fn commit(&self, repository: &RepoRef, commit: &CommitSha) -> Result<Commit, ApiError> {
        let endpoint = trimmed::<Commit>(commits::one(repository, commit));
        let call = call_of(&endpoint).immutable(commit.is_full());
        self.read_call(&call).await
    }

    async fn merge_base(
        &self,
        repository: &RepoRef,
        range: &RevisionRange,
    ) -> Result<Commit, ApiError> {
        self.trimmed(&diffs::merge_base(repository, range)).await
    }

    async fn changed_files_between(
        &self,
        repository: &RepoRef,
        range: &RevisionRange,
        limit: usize,
    ) -> Result<Listing<FileChange>, ApiError> {
        // `topic=false` compares the ends themselves; otherwise the new end is compared with the merge base.
        let query = Query::new().param("topic", "false");
        let spec = DiffSpec::Range(range.clone());
        let endpoint = diffs::diffstat(repository, &spec).with_query(query);
        let listing = self
            .diffstat(endpoint, is_fixed(&spec))
            .collect_up_to(limit)
            .await?;
        Ok(Listing {
            values: changes(listing.values),
            complete: listing.complete,
            unreadable: listing.unreadable,
        })
    }

    async fn file_history(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        path: &FilePath,
        limit: usize,
    ) -> Result<Listing<FileVersion>, ApiError> {
        let query = Query::new().pagelen(ENTRIES_PER_PAGE);
        let endpoint = sources::history(repository, commit, path).with_query(query);
        self.trimmed_pages(&endpoint).collect_up_to(limit).await
    }
}
