//! Single commits, and what lies between two.

use async_trait::async_trait;
use bitbucket_api_paths::{
    CommitSha, DiffSpec, FilePath, Query, RepoRef, RevisionRange, commits, diffs, sources,
};

use super::commits::{FILE_FIELDS, FILES_PER_PAGE};
use super::{BitbucketClient, ENTRIES_PER_PAGE};
use crate::api::History;
use crate::error::ApiError;
use crate::model::{Commit, FileChange, FileVersion, Listing, WireFileChange};

#[async_trait]
impl History for BitbucketClient {
    async fn commit(&self, repository: &RepoRef, commit: &CommitSha) -> Result<Commit, ApiError> {
        self.read(&commits::one(repository, commit)).await
    }

    async fn merge_base(
        &self,
        repository: &RepoRef,
        range: &RevisionRange,
    ) -> Result<Commit, ApiError> {
        self.read(&diffs::merge_base(repository, range)).await
    }

    async fn changed_files_between(
        &self,
        repository: &RepoRef,
        range: &RevisionRange,
        limit: usize,
    ) -> Result<Listing<FileChange>, ApiError> {
        // `topic=false` compares the ends themselves; otherwise the new end is compared with the merge base.
        let query = Query::new()
            .param("topic", "false")
            .pagelen(FILES_PER_PAGE)
            .fields(FILE_FIELDS);
        let endpoint =
            diffs::diffstat(repository, &DiffSpec::Range(range.clone())).with_query(query);
        let listing = self.collect::<WireFileChange>(&endpoint, limit).await?;
        let values = listing
            .values
            .into_iter()
            .filter_map(WireFileChange::into_change)
            .collect();
        Ok(Listing {
            values,
            complete: listing.complete,
        })
    }

    async fn file_history(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        path: &FilePath,
        limit: usize,
    ) -> Result<Listing<FileVersion>, ApiError> {
        let query = Query::new()
            .pagelen(ENTRIES_PER_PAGE)
            .fields("next,values.path,values.commit.hash");
        self.collect(
            &sources::history(repository, commit, path).with_query(query),
            limit,
        )
        .await
    }
}
