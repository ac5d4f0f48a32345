//! Reading and writing comments on pull requests.

use async_trait::async_trait;
use bitbucket_api_paths::{CommentId, PullRequestId, Query, RepoRef, pull_request_comments};

use super::{BitbucketClient, ENTRIES_PER_PAGE};
use crate::api::PullRequestComments;
use crate::error::ApiError;
use crate::model::{Comment, CommentBody, Listing, NewComment};

#[async_trait]
impl PullRequestComments for BitbucketClient {
    async fn pull_request_comments(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
        limit: usize,
    ) -> Result<Listing<Comment>, ApiError> {
        let query = Query::new().sort("created_on").pagelen(ENTRIES_PER_PAGE);
        let endpoint = pull_request_comments::list(repository, id).with_query(query);
        self.trimmed_pages(&endpoint).collect_up_to(limit).await
    }

    async fn pull_request_comment(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
        comment: CommentId,
    ) -> Result<Comment, ApiError> {
        self.trimmed(&pull_request_comments::read(repository, id, comment))
            .await
    }

    async fn comment_on_pull_request(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
        comment: &NewComment,
    ) -> Result<Comment, ApiError> {
        let endpoint = pull_request_comments::create(repository, id);
        self.write(&endpoint, &CommentBody::of(comment), &[]).await
    }

    async fn edit_pull_request_comment(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
        comment: CommentId,
        text: &str,
    ) -> Result<Comment, ApiError> {
        let endpoint = pull_request_comments::update(repository, id, comment);
        self.write(&endpoint, &CommentBody::plain(text), &[]).await
    }

    async fn delete_pull_request_comment(
        &self,
        repository: &RepoRef,
        id: PullRequestId,
        comment: CommentId,
    ) -> Result<(), ApiError> {
        self.remove(&pull_request_comments::delete(repository, id, comment))
            .await
    }
}
