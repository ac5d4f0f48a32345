//! Releases, each opened together with the job that publishes it.

use async_trait::async_trait;
use bitbucket_integration_provider::ports::{NewJob, Opened, Release, ReleaseLog, StoreError};
use bitbucket_integration_provider::{InstallationId, ReleaseId, RepositoryId};
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;

use super::change::Change;
use super::columns::{Columns, blob, integer, json};
use super::error::unreadable;
use super::{SqliteStore, Statement, jobs};

/// Opening and updating take the same values in the same order.
const OPEN: &str = "
    INSERT INTO releases (installation, repository, version, projects, commit_sha, previous_sha, state, commit_count, issues,
        warnings, failure_code, failure_message, created_at, published_at, id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (repository, version) DO NOTHING";
const UPDATE: &str = "
    UPDATE releases SET installation = ?, repository = ?, version = ?, projects = ?, commit_sha = ?, previous_sha = ?, state = ?,
        commit_count = ?, issues = ?, warnings = ?, failure_code = ?, failure_message = ?, created_at = ?, published_at = ?
    WHERE id = ?";
pub(super) const FIND: &str = "SELECT * FROM releases WHERE id = ?";
pub(super) const BY_VERSION: &str = "SELECT * FROM releases WHERE repository = ? AND version = ?";
/// Of releases opened at the same time, the one that was stored first is the earlier; one that is not stored yet comes last.
pub(super) const PREVIOUS: &str = "
    SELECT * FROM releases
    WHERE repository = ?1 AND created_at <= ?2 AND state = 'published' AND id <> ?3
        AND (created_at < ?2 OR seq < coalesce((SELECT seq FROM releases WHERE id = ?3), 9223372036854775807))
        AND EXISTS (SELECT 1 FROM json_each(projects) AS own WHERE own.value IN (SELECT value FROM json_each(?4)))
    ORDER BY created_at DESC, seq DESC LIMIT 1";
const LIST: &str = "SELECT * FROM releases ORDER BY seq DESC LIMIT ?";

#[async_trait]
impl ReleaseLog for SqliteStore {
    async fn open(&self, release: &Release, job: &NewJob) -> Result<Opened, StoreError> {
        let open = with_columns(OPEN, release)?;
        let existing = by_version(release.repository, &release.version);
        let job = job.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    if open.execute(connection).await? == 0 {
                        let row = existing.fetch_one(connection).await?;
                        return Ok(Opened::Existing(Box::new(read(&row)?)));
                    }
                    jobs::insert(connection, &[job]).await?;
                    Ok(Opened::New)
                })
            })
            .await
    }

    async fn reopen(&self, release: &Release, job: &NewJob) -> Result<(), StoreError> {
        let update = with_columns(UPDATE, release)?;
        let job = job.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    known(update.execute(connection).await?)?;
                    jobs::restart(connection, &job).await
                })
            })
            .await
    }

    async fn update(&self, release: &Release) -> Result<(), StoreError> {
        known(self.writer.change(with_columns(UPDATE, release)?).await?)
    }

    async fn find(&self, id: ReleaseId) -> Result<Option<Release>, StoreError> {
        self.one(sqlx::query(FIND).bind(blob(id.as_uuid())), read)
            .await
    }

    async fn by_version(
        &self,
        repository: RepositoryId,
        version: &str,
    ) -> Result<Option<Release>, StoreError> {
        self.one(by_version(repository, version), read).await
    }

    async fn previous(&self, release: &Release) -> Result<Option<Release>, StoreError> {
        let previous = sqlx::query(PREVIOUS)
            .bind(blob(release.repository.as_uuid()))
            .bind(release.created_at.as_millisecond())
            .bind(blob(release.id.as_uuid()))
            .bind(json(&release.projects)?);
        self.one(previous, read).await
    }

    async fn list(&self, limit: usize) -> Result<Vec<Release>, StoreError> {
        self.all(sqlx::query(LIST).bind(integer(limit)), read).await
    }
}

fn by_version(repository: RepositoryId, version: &str) -> Statement<'static> {
    sqlx::query(BY_VERSION)
        .bind(blob(repository.as_uuid()))
        .bind(version.to_owned())
}

/// A change with the values of all columns, in the order of [`OPEN`].
fn with_columns(statement: &'static str, release: &Release) -> Result<Change, StoreError> {
    let failure = release.failure.as_ref();
    Ok(Change::new(statement)
        .with(release.installation.as_uuid())
        .with(release.repository.as_uuid())
        .with(&release.version)
        .with(json(&release.projects)?)
        .with(release.commit.to_string())
        .with(release.previous.as_ref().map(ToString::to_string))
        .with(release.state.as_str())
        .with(release.commit_count)
        .with(json(&release.issues)?)
        .with(json(&release.warnings)?)
        .with(failure.map(|failure| &failure.code))
        .with(failure.map(|failure| &failure.message))
        .with(release.created_at.as_millisecond())
        .with(release.published_at.map(Timestamp::as_millisecond))
        .with(release.id.as_uuid()))
}

/// A release that is changed must be there.
fn known(changed: u64) -> Result<(), StoreError> {
    match changed {
        0 => Err(unreadable("the release: there is none with this id")),
        _ => Ok(()),
    }
}

pub(super) fn read(row: &SqliteRow) -> Result<Release, StoreError> {
    let columns = Columns::new("releases", row);
    Ok(Release {
        id: columns.id("id", ReleaseId::from_uuid)?,
        installation: columns.id("installation", InstallationId::from_uuid)?,
        repository: columns.id("repository", RepositoryId::from_uuid)?,
        version: columns.text("version")?.to_owned(),
        projects: columns.json("projects")?,
        commit: columns.parsed("commit_sha")?,
        previous: columns.optional_parsed("previous_sha")?,
        state: columns.word("state")?,
        commit_count: columns.optional_count("commit_count")?,
        issues: columns.json("issues")?,
        warnings: columns.json("warnings")?,
        failure: columns.failure()?,
        created_at: columns.time("created_at")?,
        published_at: columns.optional_time("published_at")?,
    })
}
