//! Pull requests as they were seen last, and our comments on them.

use async_trait::async_trait;
use bitbucket_api_paths::{CommentId, CommitSha, PullRequestId};
use bitbucket_integration_provider::RepositoryId;
use bitbucket_integration_provider::ports::{PullRequestLog, StoreError, TrackedPullRequest};

use crate::Store;
use crate::columns::{Columns, Row, integer, json};
use crate::error::unreadable;
use crate::statement::{Sql, Statement};

/// A state that is as old as the one that is known replaces it, so that work that broke off is done again.
const RECORD: &str = "
    INSERT INTO pull_requests (repository, id, title, description, messages, issues, author, state, source_branch, destination_branch,
        merge_commit, web_url, updated_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (repository, id) DO UPDATE SET title = excluded.title, description = excluded.description,
        messages = excluded.messages, issues = excluded.issues, author = excluded.author, state = excluded.state,
        source_branch = excluded.source_branch, destination_branch = excluded.destination_branch,
        merge_commit = excluded.merge_commit, web_url = excluded.web_url, updated_at = excluded.updated_at
    WHERE pull_requests.updated_at <= excluded.updated_at";
pub(crate) const FIND: &str = "SELECT * FROM pull_requests WHERE repository = ? AND id = ?";
pub(crate) const MERGED_BY: Sql = Sql::each(
    "
    SELECT own.* FROM json_each(?2) AS wanted CROSS JOIN pull_requests AS own
        ON own.repository = ?1 AND own.merge_commit = wanted.value
    ORDER BY own.id",
    "
    SELECT own.* FROM jsonb_array_elements_text($2::jsonb) AS wanted (sha)
    JOIN pull_requests AS own ON own.repository = $1 AND own.merge_commit = wanted.sha
    ORDER BY own.id",
);
pub(crate) const LIST: &str = "
    SELECT * FROM pull_requests WHERE repository = ? ORDER BY updated_at DESC, id DESC LIMIT ?";
const SET_COMMENT: &str = "UPDATE pull_requests SET comment = ? WHERE repository = ? AND id = ?";

#[async_trait]
impl PullRequestLog for Store {
    async fn record(&self, pull_request: &TrackedPullRequest) -> Result<bool, StoreError> {
        let record = Statement::new(RECORD)
            .with(pull_request.repository.as_uuid())
            .with(number(pull_request.id))
            .with(&pull_request.title)
            .with(&pull_request.description)
            .with(json(&pull_request.messages)?)
            .with(json(&pull_request.issues)?)
            .with(pull_request.author.clone())
            .with(pull_request.state.as_str())
            .with(pull_request.source_branch.clone())
            .with(pull_request.destination_branch.clone())
            .with(pull_request.merge_commit.as_ref().map(ToString::to_string))
            .with(pull_request.web_url.clone())
            .with(pull_request.updated_at.as_millisecond());
        Ok(self.change(record).await? > 0)
    }

    async fn find(
        &self,
        repository: RepositoryId,
        id: PullRequestId,
    ) -> Result<Option<TrackedPullRequest>, StoreError> {
        self.one(one(FIND, repository, id), read).await
    }

    async fn merged_by(
        &self,
        repository: RepositoryId,
        commits: &[CommitSha],
    ) -> Result<Vec<TrackedPullRequest>, StoreError> {
        let shas: Vec<&str> = commits.iter().map(CommitSha::as_str).collect();
        let merged = Statement::new(MERGED_BY)
            .with(repository.as_uuid())
            .with(json(&shas)?);
        self.all(merged, read).await
    }

    async fn list(
        &self,
        repository: RepositoryId,
        limit: usize,
    ) -> Result<Vec<TrackedPullRequest>, StoreError> {
        let list = Statement::new(LIST)
            .with(repository.as_uuid())
            .with(integer(limit));
        self.all(list, read).await
    }

    async fn comment(
        &self,
        repository: RepositoryId,
        id: PullRequestId,
    ) -> Result<Option<CommentId>, StoreError> {
        let found = self.one(one(FIND, repository, id), |row| {
            Columns::new("pull_requests", row).optional_integer("comment")
        });
        let comment = found.await?.flatten();
        comment
            .map(|comment| CommentId::new(comment.unsigned_abs()))
            .transpose()
            .map_err(|_| unreadable("pull_requests.comment"))
    }

    async fn set_comment(
        &self,
        repository: RepositoryId,
        id: PullRequestId,
        comment: CommentId,
    ) -> Result<(), StoreError> {
        let set = Statement::new(SET_COMMENT)
            .with(integer(comment.value()))
            .with(repository.as_uuid())
            .with(number(id));
        match self.change(set).await? {
            0 => Err(unreadable(
                "the pull request: there is none with this number",
            )),
            _ => Ok(()),
        }
    }
}

fn one(statement: &'static str, repository: RepositoryId, id: PullRequestId) -> Statement {
    Statement::new(statement)
        .with(repository.as_uuid())
        .with(number(id))
}

/// Numbers of pull requests end at 2^63 - 1.
fn number(id: PullRequestId) -> i64 {
    integer(id.value())
}

fn read(row: &Row) -> Result<TrackedPullRequest, StoreError> {
    let columns = Columns::new("pull_requests", row);
    let id = u64::try_from(columns.integer("id")?).map_err(|_| columns.unreadable("id"))?;
    let text = |column| Ok(columns.optional_text(column)?.map(str::to_owned));
    Ok(TrackedPullRequest {
        repository: columns.id("repository", RepositoryId::from_uuid)?,
        id: PullRequestId::new(id).map_err(|_| columns.unreadable("id"))?,
        title: columns.text("title")?.to_owned(),
        description: columns.text("description")?.to_owned(),
        messages: columns.json("messages")?,
        issues: columns.json("issues")?,
        author: text("author")?,
        state: columns.word("state")?,
        source_branch: text("source_branch")?,
        destination_branch: text("destination_branch")?,
        merge_commit: columns.optional_parsed("merge_commit")?,
        web_url: text("web_url")?,
        updated_at: columns.time("updated_at")?,
    })
}
