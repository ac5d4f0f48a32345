//! Issues of Bitbucket's own tracker. Where it was removed, every call is answered as such.

use async_trait::async_trait;
use bitbucket_api_paths::{Filter, IssueId, Query, RepoRef, issues};
use serde::Serialize;

use super::{BitbucketClient, ENTRIES_PER_PAGE};
use crate::api::Issues;
use crate::error::ApiError;
use crate::model::{Comment, CommentBody, Issue, Listing, NewIssue, RawText};

#[async_trait]
impl Issues for BitbucketClient {
    async fn issue(&self, repository: &RepoRef, id: IssueId) -> Result<Issue, ApiError> {
        self.trimmed(&issues::read(repository, id)).await
    }

    async fn create_issue(
        &self,
        repository: &RepoRef,
        issue: &NewIssue,
    ) -> Result<Issue, ApiError> {
        let body = IssueBody {
            title: &issue.title,
            content: RawText {
                raw: &issue.content,
            },
            kind: issue.kind.as_deref(),
            priority: issue.priority.as_deref(),
        };
        self.write(&issues::create(repository), &body, &[]).await
    }

    async fn search_issues(
        &self,
        repository: &RepoRef,
        filter: &Filter,
        limit: usize,
    ) -> Result<Listing<Issue>, ApiError> {
        let query = Query::new()
            .filter(filter)
            .sort("-created_on")
            .pagelen(ENTRIES_PER_PAGE);
        self.trimmed_pages(&issues::list(repository).with_query(query))
            .collect_up_to(limit)
            .await
    }

    async fn issue_comments(
        &self,
        repository: &RepoRef,
        id: IssueId,
        limit: usize,
    ) -> Result<Listing<Comment>, ApiError> {
        let query = Query::new().pagelen(ENTRIES_PER_PAGE);
        self.trimmed_pages(&issues::comments(repository, id).with_query(query))
            .collect_up_to(limit)
            .await
    }

    async fn comment_on_issue(
        &self,
        repository: &RepoRef,
        id: IssueId,
        text: &str,
    ) -> Result<Comment, ApiError> {
        let body = CommentBody::plain(text);
        self.write(&issues::create_comment(repository, id), &body, &[])
            .await
    }
}

#[derive(Serialize)]
struct IssueBody<'a> {
    title: &'a str,
    content: RawText<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<&'a str>,
}
