//! Build statuses of commits.

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, Query, RepoRef, StatusKey, statuses};
use serde::Serialize;

use super::{BitbucketClient, ENTRIES_PER_PAGE, misuse};
use crate::api::CommitStatuses;
use crate::error::{ApiError, Misuse};
use crate::model::{CommitStatus, Listing, NewCommitStatus, StatusState};
use crate::policy::Repeat;

#[async_trait]
impl CommitStatuses for BitbucketClient {
    async fn statuses(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        limit: usize,
    ) -> Result<Listing<CommitStatus>, ApiError> {
        let query = Query::new().pagelen(ENTRIES_PER_PAGE);
        let endpoint = statuses::list(repository, commit).with_query(query);
        self.trimmed_pages(&endpoint).collect_up_to(limit).await
    }

    async fn status(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        key: &StatusKey,
    ) -> Result<CommitStatus, ApiError> {
        self.trimmed(&statuses::read(repository, commit, key)).await
    }

    async fn report_status(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        status: &NewCommitStatus,
    ) -> Result<CommitStatus, ApiError> {
        let endpoint = statuses::create(repository, commit);
        if status.state == StatusState::Unknown {
            return Err(misuse(&endpoint, Misuse::StatusState));
        }
        let body = StatusBody {
            key: status.key.as_str(),
            state: status.state,
            name: &status.name,
            url: &status.url,
            description: &status.description,
            refname: status.refname.as_deref(),
        };
        // The same key overwrites, so a second POST changes nothing.
        self.write_repeated(&endpoint, &body, &[], Repeat::Safe)
            .await
    }
}

#[derive(Serialize)]
struct StatusBody<'a> {
    key: &'a str,
    state: StatusState,
    name: &'a str,
    url: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refname: Option<&'a str>,
}
