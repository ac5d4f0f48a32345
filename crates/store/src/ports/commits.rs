//! Commits and their changed files. Neither ever changes, so what was stored first stays.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use bitbucket_api_paths::CommitSha;
use bitbucket_http_client::FileChange;
use bitbucket_integration_provider::RepositoryId;
use bitbucket_integration_provider::ports::{CommitLog, Learned, LoggedCommit, StoreError};
use jiff::Timestamp;

use super::rows;
use crate::Store;
use crate::columns::{Columns, Row, json};
use crate::error::unreadable;
use crate::statement::{Sql, Statement, Steps};
use crate::stored_form;

/// Most commits that Bitbucket puts into the payload of a push; statements of this size are worth keeping.
pub(super) const USUAL_ROWS: usize = 5;
const INSERT: &str = "
    INSERT INTO commits (repository, sha, message, author_name, author_email, author_account_id, committed_at, branch, recorded_at)
    VALUES ";
const EACH: &str = "(?, ?, ?, ?, ?, ?, ?, ?, ?)";
const UNLESS_KNOWN: &str = " ON CONFLICT (repository, sha) DO NOTHING";
pub(crate) const FIND: &str = "SELECT * FROM commits WHERE repository = ? AND sha = ?";
pub(crate) const CHANGES: Sql = Sql::each(
    "SELECT sha, changes FROM commit_changes WHERE repository = ? AND sha IN (SELECT value FROM json_each(?))",
    "SELECT sha, changes FROM commit_changes
    WHERE repository = ? AND sha = ANY (ARRAY(SELECT jsonb_array_elements_text(?::jsonb)))",
);
const INSERT_CHANGES: &str = "
    INSERT INTO commit_changes (repository, sha, changes) VALUES (?, ?, ?) ON CONFLICT (repository, sha) DO NOTHING";

pub(crate) const HEADS: &str = "SELECT name, sha FROM branch_heads WHERE repository = ?";
const SET_HEAD: &str = "
    INSERT INTO branch_heads (repository, name, sha) VALUES (?, ?, ?)
    ON CONFLICT (repository, name) DO UPDATE SET sha = excluded.sha";
const FORGET_HEAD: &str = "DELETE FROM branch_heads WHERE repository = ? AND name = ?";

#[async_trait]
impl CommitLog for Store {
    async fn record(
        &self,
        repository: RepositoryId,
        commits: &[LoggedCommit],
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        if commits.is_empty() {
            return Ok(0);
        }
        let steps = Steps::new().then_all(inserts(self.rows_at_once(), repository, commits, now));
        let recorded = self.transact(steps).await?;
        let stored = recorded.iter().map(|insert| insert.changed).sum::<u64>();
        Ok(usize::try_from(stored).unwrap_or(usize::MAX))
    }

    async fn find(
        &self,
        repository: RepositoryId,
        sha: &CommitSha,
    ) -> Result<Option<LoggedCommit>, StoreError> {
        self.one(
            Statement::quick(FIND)
                .with(repository.as_uuid())
                .with(sha.to_string()),
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
        let found = Statement::new(CHANGES)
            .with(repository.as_uuid())
            .with(json(&wanted)?);
        Ok(self.all(found, read_changes).await?.into_iter().collect())
    }

    async fn heads(
        &self,
        repository: RepositoryId,
    ) -> Result<BTreeMap<String, CommitSha>, StoreError> {
        let heads = Statement::new(HEADS).with(repository.as_uuid());
        let heads = self.all(heads, |row| {
            let columns = Columns::new("branch_heads", row);
            Ok((columns.text("name")?.to_owned(), columns.parsed("sha")?))
        });
        Ok(heads.await?.into_iter().collect())
    }

    async fn set_heads(
        &self,
        repository: RepositoryId,
        heads: &[(String, Option<CommitSha>)],
    ) -> Result<(), StoreError> {
        if heads.is_empty() {
            return Ok(());
        }
        let steps = Steps::new().then_all(move_heads(repository, heads));
        self.transact(steps).await.map(drop)
    }

    async fn record_changes(
        &self,
        repository: RepositoryId,
        sha: &CommitSha,
        changes: &[FileChange],
    ) -> Result<(), StoreError> {
        let changes =
            stored_form::changes::encode(changes).map_err(|_| unreadable("changed files"))?;
        let insert = Statement::new(INSERT_CHANGES)
            .with(repository.as_uuid())
            .with(sha.to_string())
            .with(changes);
        self.change(insert).await.map(drop)
    }
}

/// Stores what a push told.
pub(super) fn learn(
    rows: usize,
    learned: &Learned,
    now: Timestamp,
) -> impl Iterator<Item = Statement> {
    let recorded = inserts(rows, learned.repository, &learned.commits, now);
    recorded.chain(move_heads(learned.repository, &learned.heads))
}

/// `rows` for each statement.
fn inserts(
    rows: usize,
    repository: RepositoryId,
    commits: &[LoggedCommit],
    now: Timestamp,
) -> impl Iterator<Item = Statement> {
    let chunks = commits.chunks(rows);
    chunks.map(move |commits| insert(repository, commits, now))
}

fn move_heads(
    repository: RepositoryId,
    heads: &[(String, Option<CommitSha>)],
) -> impl Iterator<Item = Statement> {
    heads.iter().map(move |(name, sha)| {
        let sql = if sha.is_some() { SET_HEAD } else { FORGET_HEAD };
        let statement = Statement::new(sql).with(repository.as_uuid()).with(name);
        match sha {
            Some(sha) => statement.with(sha.to_string()),
            None => statement,
        }
    })
}

fn insert(repository: RepositoryId, commits: &[LoggedCommit], now: Timestamp) -> Statement {
    let text = rows(INSERT, EACH, commits.len(), UNLESS_KNOWN);
    let insert = if commits.len() <= USUAL_ROWS {
        Statement::new(text)
    } else {
        Statement::once(text)
    };
    let with_row = |insert, commit| with_row(insert, repository, commit, now);
    commits.iter().fold(insert, with_row)
}

/// Adds the values of one commit.
pub(super) fn with_row(
    statement: Statement,
    repository: RepositoryId,
    commit: &LoggedCommit,
    now: Timestamp,
) -> Statement {
    statement
        .with(repository.as_uuid())
        .with(commit.sha.to_string())
        .with(&commit.message)
        .with(commit.author_name.as_ref())
        .with(commit.author_email.as_ref())
        .with(commit.author_account_id.as_ref())
        .with(commit.committed_at.as_millisecond())
        .with(commit.branch.as_ref())
        .with(now.as_millisecond())
}

pub(super) fn read(row: &Row) -> Result<LoggedCommit, StoreError> {
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

fn read_changes(row: &Row) -> Result<(CommitSha, Vec<FileChange>), StoreError> {
    let columns = Columns::new("commit_changes", row);
    let changes = stored_form::changes::decode(columns.text("changes")?)
        .ok_or_else(|| columns.unreadable("changes"))?;
    Ok((columns.parsed("sha")?, changes))
}
