//! Reading commits and the files they changed.

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, DiffSpec, Query, RepoRef, commits, diffs};

use super::{BitbucketClient, call_of};
use crate::api::Commits;
use crate::call::Call;
use crate::error::ApiError;
use crate::model::{Commit, CommitListing, CommitRange, FileChange, WireFileChange};
use crate::policy::Repeat;

/// The most changed files read of one commit; what a larger commit changed beyond them is left out.
pub const MAX_CHANGED_FILES: usize = 10_000;

/// The most commits that Bitbucket puts on one page.
const COMMITS_PER_PAGE: usize = 100;
/// Longer lists of revisions are sent as a form; servers and proxies commonly take addresses of 8 KiB in all.
const LONGEST_QUERY: usize = 4_000;
/// Bitbucket's default for a diffstat, and enough for one page of nearly every commit.
pub(super) const FILES_PER_PAGE: usize = 500;
/// A tenth of what a full commit weighs; `next` has to be named, or the listing ends at its first page.
const COMMIT_FIELDS: &str = "next,values.hash,values.message,values.date,values.author.raw,\
                             values.author.user.account_id,values.parents.hash";
pub(super) const FILE_FIELDS: &str = "next,values.status,values.old.path,values.new.path";

#[async_trait]
impl Commits for BitbucketClient {
    async fn commits(
        &self,
        repository: &RepoRef,
        range: &CommitRange,
    ) -> Result<CommitListing, ApiError> {
        if range.limit == 0 {
            return Ok(CommitListing::default());
        }
        let first = listing(repository, range);
        let listing = self
            .pages_of::<Commit>(first)
            .collect_up_to(range.limit)
            .await?;
        Ok(CommitListing {
            commits: listing.values,
            complete: listing.complete,
        })
    }

    async fn changed_files(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
    ) -> Result<Vec<FileChange>, ApiError> {
        // An abbreviated hash may come to mean another commit.
        let cache = self.changed_files.as_deref().filter(|_| commit.is_full());
        if let Some(cache) = cache
            && let Some(changes) = cache.changed_files(repository, commit).await
        {
            return Ok(changes);
        }
        let (changes, complete) = self.diffstat(repository, commit).await?;
        if let Some(cache) = cache.filter(|_| complete) {
            cache.keep_changed_files(repository, commit, &changes).await;
        }
        Ok(changes)
    }
}

impl BitbucketClient {
    /// The changed files, and whether they are all.
    async fn diffstat(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
    ) -> Result<(Vec<FileChange>, bool), ApiError> {
        let spec = DiffSpec::Commit(commit.clone());
        let query = Query::new().pagelen(FILES_PER_PAGE).fields(FILE_FIELDS);
        let endpoint = diffs::diffstat(repository, &spec).with_query(query);
        let listing = self
            .collect::<WireFileChange>(&endpoint, MAX_CHANGED_FILES)
            .await?;
        if !listing.complete {
            tracing::warn!(
                limit = MAX_CHANGED_FILES,
                "the commit changed more files than are read"
            );
        }
        let changes = listing
            .values
            .into_iter()
            .filter_map(WireFileChange::into_change)
            .collect();
        Ok((changes, listing.complete))
    }
}

/// The call for a range's first page: by GET, or by form where the revisions make a long address.
fn listing(repository: &RepoRef, range: &CommitRange) -> Call<'static> {
    let included = range.include.iter().fold(Query::new(), Query::include);
    let revisions = range.exclude.iter().fold(included, Query::exclude);
    let paging = |query: Query| {
        query
            .pagelen(range.limit.clamp(10, COMMITS_PER_PAGE))
            .fields(COMMIT_FIELDS)
    };
    if revisions.as_str().len() <= LONGEST_QUERY {
        return call_of(&commits::list(repository).with_query(paging(revisions))).into_owned();
    }
    let form = revisions.as_str().to_owned();
    let endpoint = commits::list_by_form(repository).with_query(paging(Query::new()));
    // It reads although its method is POST.
    call_of(&endpoint)
        .into_owned()
        .form(form.into())
        .repeat(Repeat::Safe)
}
