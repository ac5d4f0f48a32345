//! Reading commits and the files they changed.

use async_trait::async_trait;
use bitbucket_api_paths::{
    CommitSha, DiffSpec, Endpoint, Query, RepoRef, Revision, commits, diffs,
};

use super::{BitbucketClient, Pages, call_of, trimmed_page};
use crate::api::Commits;
use crate::call::Call;
use crate::error::ApiError;
use crate::model::{Commit, CommitListing, CommitRange, FileChange, WireFileChange, of_page};
use crate::policy::Repeat;
use crate::redirect::Redirects;

/// The most changed files read of one commit; what a larger commit changed beyond them is left out.
pub const MAX_CHANGED_FILES: usize = 10_000;

/// The most commits that Bitbucket puts on one page.
const COMMITS_PER_PAGE: usize = 100;
/// Longer lists of revisions are sent as a form; servers and proxies commonly take addresses of 8 KiB in all.
const LONGEST_QUERY: usize = 4_000;
/// Bitbucket's default for a diffstat, and enough for one page of nearly every commit.
const FILES_PER_PAGE: usize = 500;

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
            unreadable: listing.unreadable,
        })
    }

    async fn changed_files(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
    ) -> Result<Vec<FileChange>, ApiError> {
        let spec = DiffSpec::Commit(commit.clone());
        let listing = self
            .diffstat(diffs::diffstat(repository, &spec), is_fixed(&spec))
            .collect_all(MAX_CHANGED_FILES)
            .await?;
        if !listing.complete {
            tracing::warn!(
                limit = MAX_CHANGED_FILES,
                "the commit changed more files than are read"
            );
        }
        Ok(changes(listing.values))
    }
}

impl BitbucketClient {
    /// The changed files at `endpoint`; `fixed` says whether they stay the same for good.
    pub(super) fn diffstat(&self, endpoint: Endpoint, fixed: bool) -> Pages<WireFileChange> {
        let endpoint = endpoint.with_query(Query::new().pagelen(FILES_PER_PAGE));
        let endpoint = trimmed_page::<WireFileChange>(endpoint);
        let call = call_of(&endpoint).into_owned();
        self.pages_of(call.redirects(Redirects::Own).immutable(fixed))
    }
}

pub(super) fn changes(entries: Vec<WireFileChange>) -> Vec<FileChange> {
    entries
        .into_iter()
        .filter_map(WireFileChange::into_change)
        .collect()
}

/// Whether what is compared never changes: full hashes. An abbreviated one may come to mean another commit, and a branch moves.
pub(super) fn is_fixed(spec: &DiffSpec) -> bool {
    let full = |revision: &Revision| {
        CommitSha::parse(revision.as_str()).is_ok_and(|commit| commit.is_full())
    };
    match spec {
        DiffSpec::Commit(commit) => commit.is_full(),
        DiffSpec::Range(range) => full(range.old_side()) && full(range.new_side()),
        DiffSpec::Revision(_) => false,
    }
}

/// The call for a range's first page: by GET, or by form where the revisions make a long address.
fn listing(repository: &RepoRef, range: &CommitRange) -> Call<'static> {
    let included = range.include.iter().fold(Query::new(), Query::include);
    let revisions = range.exclude.iter().fold(included, Query::exclude);
    let paging = |query: Query| {
        query
            .pagelen(range.limit.clamp(10, COMMITS_PER_PAGE))
            .fields(&of_page::<Commit>())
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
