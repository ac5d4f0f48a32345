//! What was done to issues because of commits.

use async_trait::async_trait;
use bitbucket_integration_provider::RepositoryId;
use bitbucket_integration_provider::ports::{EffectLog, IssueEffect, StoreError};
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;

use super::SqliteStore;
use super::change::Change;
use super::columns::{Columns, blob, json};

const INSERT: &str = "
    INSERT INTO issue_effects (repository, commit_sha, short_id, action, done_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (repository, commit_sha, short_id, action) DO NOTHING";
/// An abbreviated hash is the start of those it may mean; no hash has a `g`. `CROSS JOIN` makes SQLite look up each hash, instead of
/// reading all of the repository.
pub(super) const AROUND: &str = "
    SELECT * FROM issue_effects
    WHERE repository = ?1 AND short_id IN (
        SELECT named.short_id FROM json_each(?2) AS wanted CROSS JOIN issue_effects AS named
            ON named.repository = ?1 AND named.commit_sha >= wanted.value AND named.commit_sha < wanted.value || 'g')
    ORDER BY seq";

#[async_trait]
impl EffectLog for SqliteStore {
    async fn record(
        &self,
        repository: RepositoryId,
        effect: &IssueEffect,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let insert = Change::new(INSERT)
            .with(repository.as_uuid())
            .with(effect.commit.to_string())
            .with(&effect.short_id)
            .with(effect.action.name())
            .with(now.as_millisecond());
        self.writer.change(insert).await.map(drop)
    }

    async fn around(
        &self,
        repository: RepositoryId,
        commits: &[String],
    ) -> Result<Vec<IssueEffect>, StoreError> {
        let around = sqlx::query(AROUND)
            .bind(blob(repository.as_uuid()))
            .bind(json(&commits)?);
        self.all(around, read).await
    }
}

fn read(row: &SqliteRow) -> Result<IssueEffect, StoreError> {
    let columns = Columns::new("issue_effects", row);
    Ok(IssueEffect {
        short_id: columns.text("short_id")?.to_owned(),
        action: columns.word("action")?,
        commit: columns.parsed("commit_sha")?,
    })
}
