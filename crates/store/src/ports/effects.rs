//! What was done to issues because of commits.

use async_trait::async_trait;
use bitbucket_integration_provider::RepositoryId;
use bitbucket_integration_provider::ports::{EffectLog, IssueEffect, Reference, StoreError};
use jiff::Timestamp;

use crate::Store;
use crate::columns::{Columns, Row, json};
use crate::statement::{Sql, Statement};

const INSERT: &str = "
    INSERT INTO issue_effects (repository, commit_sha, short_id, action, done_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (repository, commit_sha, short_id, action) DO NOTHING";
/// An abbreviated hash is the start of those it may mean; no hash has a `g`. `CROSS JOIN` makes SQLite look up each hash, instead of
/// reading all of the repository; `+seq` keeps it from reading all of the repository in order instead.
pub(crate) const AROUND: Sql = Sql::each(
    "
    SELECT * FROM issue_effects
    WHERE repository = ?1 AND short_id IN (
        SELECT named.short_id FROM json_each(?2) AS wanted CROSS JOIN issue_effects AS named
            ON named.repository = ?1 AND named.commit_sha >= wanted.value AND named.commit_sha < wanted.value || 'g')
    ORDER BY +seq",
    "
    SELECT * FROM issue_effects
    WHERE repository = $1 AND short_id IN (
        SELECT named.short_id FROM jsonb_array_elements_text($2::jsonb) AS wanted (sha) JOIN issue_effects AS named
            ON named.repository = $1 AND named.commit_sha >= wanted.sha AND named.commit_sha < wanted.sha || 'g')
    ORDER BY seq",
);

#[async_trait]
impl EffectLog for Store {
    async fn record(
        &self,
        repository: RepositoryId,
        effect: &IssueEffect,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let insert = Statement::new(INSERT)
            .with(repository.as_uuid())
            .with(effect.commit.to_string())
            .with(&effect.short_id)
            .with(effect.action.name())
            .with(now.as_millisecond());
        self.change(insert).await.map(drop)
    }

    async fn around(
        &self,
        repository: RepositoryId,
        commits: &[String],
    ) -> Result<Vec<IssueEffect>, StoreError> {
        let around = Statement::new(AROUND)
            .with(repository.as_uuid())
            .with(json(&commits)?);
        self.all(around, read).await
    }
}

fn read(row: &Row) -> Result<IssueEffect, StoreError> {
    let columns = Columns::new("issue_effects", row);
    Ok(IssueEffect {
        short_id: columns.text("short_id")?.to_owned(),
        action: columns.word("action")?,
        commit: columns.parsed("commit_sha")?,
    })
}

pub(super) fn read_reference(row: &Row) -> Result<Reference, StoreError> {
    let columns = Columns::new("issue_effects", row);
    Ok(Reference {
        repository: columns.id("repository", RepositoryId::from_uuid)?,
        effect: read(row)?,
        done_at: columns.time("done_at")?,
    })
}
