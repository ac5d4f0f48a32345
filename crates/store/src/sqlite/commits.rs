//! Commits and their changed files. Neither ever changes, so what was stored first stays.

use std::collections::HashMap;

use async_trait::async_trait;
use bitbucket_api_paths::CommitSha;
use bitbucket_http_client::FileChange;
use bitbucket_integration_provider::RepositoryId;
use bitbucket_integration_provider::ports::{CommitLog, LoggedCommit, StoreError};
use jiff::Timestamp;
use sqlx::QueryBuilder;
use sqlx::sqlite::{Sqlite, SqliteConnection, SqliteRow};

use super::SqliteStore;
use super::change::Change;
use super::columns::{Columns, blob, json};
use super::error::{SqliteError, unreadable};
use crate::stored_form;

/// How many commits one statement inserts; SQLite takes 32,766 values in a statement.
const ROWS: usize = 256;
const INSERT: &str = "
    INSERT INTO commits (repository, sha, message, author_name, author_email, author_account_id, committed_at, branch, recorded_at) ";
const UNLESS_KNOWN: &str = " ON CONFLICT (repository, sha) DO NOTHING";
pub(super) const FIND: &str = "SELECT * FROM commits WHERE repository = ? AND sha = ?";
pub(super) const CHANGES: &str = "
    SELECT sha, changes FROM commit_changes WHERE repository = ? AND sha IN (SELECT value FROM json_each(?))";
const INSERT_CHANGES: &str = "
    INSERT INTO commit_changes (repository, sha, changes) VALUES (?, ?, ?) ON CONFLICT (repository, sha) DO NOTHING";

#[async_trait]
impl CommitLog for SqliteStore {
    async fn record(
        &self,
        repository: RepositoryId,
        commits: &[LoggedCommit],
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let commits = commits.to_vec();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    let mut stored = 0;
                    for rows in commits.chunks(ROWS) {
                        stored += insert(connection, repository, rows, now).await?;
                    }
                    Ok(stored)
                })
            })
            .await
    }

    async fn find(
        &self,
        repository: RepositoryId,
        sha: &CommitSha,
    ) -> Result<Option<LoggedCommit>, StoreError> {
        self.one(
            sqlx::query(FIND)
                .bind(blob(repository.as_uuid()))
                .bind(sha.as_str()),
            read,
        )
        .await
    }

    async fn changes(
        &self,
        repository: RepositoryId,
        commits: &[CommitSha],
    ) -> Result<HashMap<CommitSha, Vec<FileChange>>, StoreError> {
        let wanted: Vec<&str> = commits.iter().map(CommitSha::as_str).collect();
        let found = sqlx::query(CHANGES)
            .bind(blob(repository.as_uuid()))
            .bind(json(&wanted)?);
        Ok(self.all(found, read_changes).await?.into_iter().collect())
    }

    async fn record_changes(
        &self,
        repository: RepositoryId,
        sha: &CommitSha,
        changes: &[FileChange],
    ) -> Result<(), StoreError> {
        let changes =
            stored_form::changes::encode(changes).map_err(|_| unreadable("changed files"))?;
        let insert = Change::new(INSERT_CHANGES)
            .with(repository.as_uuid())
            .with(sha.to_string())
            .with(changes);
        self.writer.change(insert).await.map(drop)
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    repository: RepositoryId,
    commits: &[LoggedCommit],
    now: Timestamp,
) -> Result<usize, SqliteError> {
    let mut insert = QueryBuilder::<Sqlite>::new(INSERT);
    insert.push_values(commits, |mut row, commit| {
        row.push_bind(blob(repository.as_uuid()))
            .push_bind(commit.sha.as_str())
            .push_bind(&commit.message)
            .push_bind(&commit.author_name)
            .push_bind(&commit.author_email)
            .push_bind(&commit.author_account_id)
            .push_bind(commit.committed_at.as_millisecond())
            .push_bind(&commit.branch)
            .push_bind(now.as_millisecond());
    });
    let stored = insert
        .push(UNLESS_KNOWN)
        .build()
        .persistent(false)
        .execute(connection)
        .await?
        .rows_affected();
    Ok(usize::try_from(stored).unwrap_or(usize::MAX))
}

pub(super) fn read(row: &SqliteRow) -> Result<LoggedCommit, StoreError> {
    let columns = Columns::new("commits", row);
    Ok(LoggedCommit {
        sha: columns.parsed("sha")?,
        message: columns.text("message")?.to_owned(),
        author_name: columns.optional_text("author_name")?.map(str::to_owned),
        author_email: columns.optional_text("author_email")?.map(str::to_owned),
        author_account_id: columns
            .optional_text("author_account_id")?
            .map(str::to_owned),
        committed_at: columns.time("committed_at")?,
        branch: columns.optional_text("branch")?.map(str::to_owned),
    })
}

fn read_changes(row: &SqliteRow) -> Result<(CommitSha, Vec<FileChange>), StoreError> {
    let columns = Columns::new("commit_changes", row);
    let changes = stored_form::changes::decode(columns.text("changes")?)
        .ok_or_else(|| columns.unreadable("changes"))?;
    Ok((columns.parsed("sha")?, changes))
}
