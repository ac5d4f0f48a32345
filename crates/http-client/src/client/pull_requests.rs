//! Pull requests.

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, PullRequestId, Query, RepoRef, pull_requests};

use super::{BitbucketClient, ENTRIES_PER_PAGE};
use crate::api::PullRequests;
use crate::error::{ApiError, ApiErrorCause};
use crate::model::{Commit, Listing, PullRequest, PullRequestQuery, PullRequestsOfCommit};

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
        self.collect(&pull_requests::list(repository).with_query(asked), limit)
            .await
    }

    async fn pull_request(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
    ) -> Result<PullRequest, ApiError> {
        self.read(&pull_requests::read(repository, id)).await
    }

    async fn pull_request_commits(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
        limit: usize,
    ) -> Result<Listing<Commit>, ApiError> {
        let query = Query::new().pagelen(ENTRIES_PER_PAGE);
        self.collect(
            &pull_requests::commits(repository, id).with_query(query),
            limit,
        )
        .await
    }

    async fn pull_requests_of_commit(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
    ) -> Result<PullRequestsOfCommit, ApiError> {
        let mut pages = self.pages::<PullRequest>(&pull_requests::of_commit(repository, commit));
        let mut found = Vec::new();
        while found.len() < MAX_OF_COMMIT {
            match pages.next_page().await {
                Ok(_) if pages.status() == Some(INDEXING) => {
                    return Ok(PullRequestsOfCommit::Indexing);
                }
                Ok(Some(page)) => found.extend(page),
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
