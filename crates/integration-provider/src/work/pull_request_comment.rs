//! Our comment on a pull request: which issues it will resolve. There is one, and it is kept up to date.

use bitbucket_api_paths::{CommentId, PullRequestId, RepoRef};
use bitbucket_http_client::policy::Priority;
use bitbucket_http_client::{ApiError, BitbucketApi, Comment, NewComment};

use super::WorkError;
use super::text;
use crate::ids::RepositoryId;
use crate::integration::Integration;
use crate::ports::{
    NewJob, PullRequestStanding, StoreError, TrackedPullRequest, TrackedRepository, TrackerIssue,
};

/// Most comments of a pull request among which ours is looked for.
const MOST_COMMENTS: usize = 1000;

impl Integration {
    /// Says on a pull request which issues it will resolve, as it is by now.
    pub(super) async fn comment_on_pull_request(
        &self,
        repository: RepositoryId,
        id: PullRequestId,
    ) -> Result<Vec<NewJob>, WorkError> {
        let repository = self.followed_repository(repository).await?;
        let found = self.ports.pull_requests.find(repository.id, id).await?;
        let tracked = found.ok_or(WorkError::Gone {
            what: "the pull request",
        })?;
        let installation = self.active_installation(repository.installation).await?;
        let issues = self.issues_of(&repository, &tracked).await?;
        let client = self.client(&installation, Priority::Normal).await?;
        let ours = self.our_comment(client.as_ref(), &repository, id).await?;
        let text = text::pull_request(&issues);
        let at = RepoRef::from(repository.uuid.clone());
        match ours {
            Some(comment) if comment.raw.trim() == text.trim() => {
                self.keep(&repository, id, comment.id).await?;
            }
            Some(comment) if edited(client.as_ref(), &at, id, comment.id, &text).await? => {
                self.keep(&repository, id, comment.id).await?;
            }
            // What nobody waits for is not begun.
            _ if issues.is_empty() || tracked.state != PullRequestStanding::Open => {}
            _ => {
                let comment = NewComment::new(text);
                let written = client
                    .comment_on_pull_request(&at, id, &comment)
                    .await
                    .map_err(WorkError::Bitbucket)?;
                self.only_one(client.as_ref(), &repository, id, written)
                    .await?;
            }
        }
        Ok(Vec::new())
    }

    /// Those of its issues that the tracker knows.
    async fn issues_of(
        &self,
        repository: &TrackedRepository,
        tracked: &TrackedPullRequest,
    ) -> Result<Vec<TrackerIssue>, WorkError> {
        let installation = self.active_installation(repository.installation).await?;
        let tracker = self.tracker_of(&installation)?;
        self.permitted_issues(tracker.as_ref(), &tracked.issues, &repository.projects)
            .await
    }

    /// Our comment, as it was remembered, else as it is found: it may be there though the answer to it was lost.
    async fn our_comment(
        &self,
        client: &dyn BitbucketApi,
        repository: &TrackedRepository,
        id: PullRequestId,
    ) -> Result<Option<Comment>, WorkError> {
        let at = RepoRef::from(repository.uuid.clone());
        let known = self.ports.pull_requests.comment(repository.id, id).await?;
        if let Some(known) = known {
            match client.pull_request_comment(&at, id, known).await {
                Ok(comment) if !comment.deleted => return Ok(Some(comment)),
                Ok(_) => {}
                Err(error) if error.status() == Some(404) => {}
                Err(error) => return Err(WorkError::Bitbucket(error)),
            }
        }
        let ours = all_ours(client, &at, id).await;
        Ok(ours.map_err(WorkError::Bitbucket)?.into_iter().next())
    }

    /// Two jobs at the same time may both have found none: the oldest of ours stays. Whoever else begins a comment like that keeps it.
    async fn only_one(
        &self,
        client: &dyn BitbucketApi,
        repository: &TrackedRepository,
        id: PullRequestId,
        written: Comment,
    ) -> Result<(), WorkError> {
        let at = RepoRef::from(repository.uuid.clone());
        let ours = all_ours(client, &at, id)
            .await
            .map_err(WorkError::Bitbucket)?;
        let by_us = |comment: &&Comment| {
            let author = |one: &Comment| one.author.as_ref().and_then(|author| author.uuid.clone());
            let same = author(comment).is_some() && author(comment) == author(&written);
            same || comment.id == written.id
        };
        let ours: Vec<CommentId> = ours.iter().filter(by_us).map(|one| one.id).collect();
        let oldest = ours.iter().copied().min();
        for extra in ours.into_iter().filter(|id| Some(*id) != oldest) {
            match client.delete_pull_request_comment(&at, id, extra).await {
                Ok(()) => {}
                Err(error) if error.status() == Some(404) => {}
                Err(error) => return Err(WorkError::Bitbucket(error)),
            }
        }
        self.keep(repository, id, oldest.unwrap_or(written.id))
            .await?;
        Ok(())
    }

    async fn keep(
        &self,
        repository: &TrackedRepository,
        id: PullRequestId,
        comment: CommentId,
    ) -> Result<(), StoreError> {
        let log = &self.ports.pull_requests;
        log.set_comment(repository.id, id, comment).await
    }
}

/// Edits a comment; says whether it is there and ours to edit: anybody can begin a comment as we do.
async fn edited(
    client: &dyn BitbucketApi,
    at: &RepoRef,
    id: PullRequestId,
    comment: CommentId,
    text: &str,
) -> Result<bool, WorkError> {
    match client
        .edit_pull_request_comment(at, id, comment, text)
        .await
    {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.status(), Some(403 | 404)) => Ok(false),
        Err(error) => Err(WorkError::Bitbucket(error)),
    }
}

/// The comments that may be ours by how they begin, oldest first.
async fn all_ours(
    client: &dyn BitbucketApi,
    at: &RepoRef,
    id: PullRequestId,
) -> Result<Vec<Comment>, ApiError> {
    let listing = client.pull_request_comments(at, id, MOST_COMMENTS).await?;
    let ours = listing
        .values
        .into_iter()
        .filter(|comment| !comment.deleted && comment.raw.trim_start().starts_with(text::OURS));
    Ok(ours.collect())
}
