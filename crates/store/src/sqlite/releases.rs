//! Releases, each opened together with the job that publishes it.

use async_trait::async_trait;
use bitbucket_integration_provider::ports::{NewJob, Opened, Release, ReleaseLog, StoreError};
use bitbucket_integration_provider::{InstallationId, ReleaseId, RepositoryId};
use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::columns::{Columns, blob, integer, json};
use super::error::{SqliteError, unreadable};
use super::{SqliteStore, Statement, jobs};

/// The values are numbered, so that opening and updating bind them in the same order.
const OPEN: &str = "
    INSERT INTO releases (id, installation, repository, version, projects, commit_sha, previous_sha, state, commit_count, issues,
        warnings, failure_code, failure_message, created_at, published_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
    ON CONFLICT (repository, version) DO NOTHING";
const UPDATE: &str = "
    UPDATE releases SET installation = ?2, repository = ?3, version = ?4, projects = ?5, commit_sha = ?6, previous_sha = ?7,
        state = ?8, commit_count = ?9, issues = ?10, warnings = ?11, failure_code = ?12, failure_message = ?13, created_at = ?14,
        published_at = ?15
    WHERE id = ?1";
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
        let open = bound(OPEN, release)?;
        let existing = by_version(release.repository, &release.version);
        let job = job.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    if open.execute(&mut *connection).await?.rows_affected() == 0 {
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
        let update = bound(UPDATE, release)?;
        let job = job.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    change(connection, update).await?;
                    jobs::restart(connection, &job).await
                })
            })
            .await
    }

    async fn update(&self, release: &Release) -> Result<(), StoreError> {
        let update = bound(UPDATE, release)?;
        self.writer
            .write(move |connection| Box::pin(async move { change(connection, update).await }))
            .await
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

/// A statement with the values of all columns, numbered as in [`OPEN`].
fn bound(statement: &'static str, release: &Release) -> Result<Statement<'static>, StoreError> {
    let failure = release.failure.as_ref();
    Ok(sqlx::query(statement)
        .bind(blob(release.id.as_uuid()))
        .bind(blob(release.installation.as_uuid()))
        .bind(blob(release.repository.as_uuid()))
        .bind(release.version.clone())
        .bind(json(&release.projects)?)
        .bind(release.commit.to_string())
        .bind(release.previous.as_ref().map(ToString::to_string))
        .bind(release.state.as_str())
        .bind(release.commit_count)
        .bind(json(&release.issues)?)
        .bind(json(&release.warnings)?)
        .bind(failure.map(|failure| failure.code.clone()))
        .bind(failure.map(|failure| failure.message.clone()))
        .bind(release.created_at.as_millisecond())
        .bind(release.published_at.map(Timestamp::as_millisecond)))
}

/// Changes a release that must be there.
async fn change(
    connection: &mut SqliteConnection,
    update: Statement<'static>,
) -> Result<(), SqliteError> {
    match update.execute(connection).await?.rows_affected() {
        0 => Err(unreadable("the release: there is none with this id").into()),
        _ => Ok(()),
    }
}

fn read(row: &SqliteRow) -> Result<Release, StoreError> {
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
