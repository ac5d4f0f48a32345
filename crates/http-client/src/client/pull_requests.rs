//! Pull requests.

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, PullRequestId, Query, RepoRef, pull_requests};

use super::commits::changes;
use super::sources::any_media;
use super::{BitbucketClient, ENTRIES_PER_PAGE, StreamedAnswer, call_of};
use crate::api::PullRequests;
use crate::error::{ApiError, ApiErrorCause};
use crate::model::{
    Commit, FileChange, Listing, PullRequest, PullRequestQuery, PullRequestsOfCommit,
};
use crate::redirect::Redirects;

/// Lists of pull requests refuse longer pages with 400.
const PULL_REQUESTS_PER_PAGE: usize = 50;
/// More pull requests than a commit comes through.
const MAX_OF_COMMIT: usize = 100;
/// Bitbucket answers 202 while it indexes a repository's pull requests.
const INDEXING: u16 = 202;

#[async_trait]
impl PullRequests for BitbucketClient {
    async fn pull_requests(
        &self,
        repository: &RepoRef,
        query: &PullRequestQuery,
        limit: usize,
    ) -> Result<Listing<PullRequest>, ApiError> {
        let states = query.states.iter();
        let mut asked = states.fold(Query::new(), |asked, state| {
            asked.repeat("state", state.as_str())
        });
        if let Some(filter) = &query.filter {
            asked = asked.filter(filter);
        }
        let asked = asked.sort("-updated_on").pagelen(PULL_REQUESTS_PER_PAGE);
        let endpoint = pull_requests::list(repository).with_query(asked);
        self.trimmed_pages(&endpoint).collect_up_to(limit).await
    }

    async fn pull_request(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
    ) -> Result<PullRequest, ApiError> {
        self.trimmed(&pull_requests::read(repository, id)).await
    }

    async fn pull_request_commits(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
        limit: usize,
    ) -> Result<Listing<Commit>, ApiError> {
        let query = Query::new().pagelen(ENTRIES_PER_PAGE);
        let endpoint = pull_requests::commits(repository, id).with_query(query);
        self.trimmed_pages(&endpoint).collect_up_to(limit).await
    }

    async fn pull_request_changed_files(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
        limit: usize,
    ) -> Result<Listing<FileChange>, ApiError> {
        let listing = self
            .diffstat(pull_requests::diffstat(repository, id), false)
            .collect_up_to(limit)
            .await?;
        Ok(Listing {
            values: changes(listing.values),
            complete: listing.complete,
            unreadable: listing.unreadable,
        })
    }

    async fn pull_request_diff(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
    ) -> Result<StreamedAnswer, ApiError> {
        let endpoint = pull_requests::diff(repository, id);
        let call = any_media(call_of(&endpoint)).redirects(Redirects::Own);
        self.stream(&call).await
    }

    async fn pull_requests_of_commit(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
    ) -> Result<PullRequestsOfCommit, ApiError> {
        let endpoint = pull_requests::of_commit(repository, commit);
        let mut pages = self.trimmed_pages::<PullRequest>(&endpoint);
        let mut found = Vec::new();
        while found.len() < MAX_OF_COMMIT {
            match pages.next_page().await {
                Ok(_) if pages.status() == Some(INDEXING) => {
                    return Ok(PullRequestsOfCommit::Indexing);
                }
                Ok(Some(page)) => {
                    for entry in page {
                        found.push(entry?);
                    }
                }
                Ok(None) => break,
                Err(error) if error.status() == Some(INDEXING) => {
                    return Ok(PullRequestsOfCommit::Indexing);
                }
                Err(error) if *error.cause() == ApiErrorCause::NotFound => {
                    return Ok(PullRequestsOfCommit::NotAvailable);
                }
                Err(error) => return Err(error),
            }
        }
        found.truncate(MAX_OF_COMMIT);
        Ok(PullRequestsOfCommit::Found(found))
    }
}
