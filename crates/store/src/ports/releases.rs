//! Releases, each opened together with the job that publishes it.

use async_trait::async_trait;
use bitbucket_integration_provider::ports::{
    Deploy, NewDeploy, NewJob, Opened, Release, ReleaseLog, StoreError,
};
use bitbucket_integration_provider::{InstallationId, ReleaseId, RepositoryId};
use jiff::Timestamp;

use super::deploys;
use crate::Store;
use crate::columns::{Columns, Row, integer, json};
use crate::error::unreadable;
use crate::statement::{Sql, Statement, Steps};

/// Opening and updating take the same values in the same order.
const OPEN: &str = "
    INSERT INTO releases (installation, repository, version, projects, commit_sha, previous_sha, environment, state,
        commit_count, issues, warnings, failure_code, failure_message, created_at, published_at, id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (repository, version) DO NOTHING";
const UPDATE: &str = "
    UPDATE releases SET installation = ?, repository = ?, version = ?, projects = ?, commit_sha = ?, previous_sha = ?, environment = ?,
        state = ?, commit_count = ?, issues = ?, warnings = ?, failure_code = ?, failure_message = ?, created_at = ?, published_at = ?
    WHERE id = ?";
pub(crate) const FIND: &str = "SELECT * FROM releases WHERE id = ?";
pub(crate) const BY_VERSION: &str = "SELECT * FROM releases WHERE repository = ? AND version = ?";
/// Of releases opened at the same time, the one that was stored first is the earlier; one that is not stored yet comes last.
pub(crate) const EARLIER: Sql = Sql::each(
    "
    SELECT * FROM releases
    WHERE repository = ?1 AND created_at <= ?2 AND state = 'published' AND id <> ?3
        AND (created_at < ?2 OR seq < coalesce((SELECT seq FROM releases WHERE id = ?3), 9223372036854775807))
        AND EXISTS (SELECT 1 FROM json_each(projects) AS own WHERE own.value IN (SELECT value FROM json_each(?4)))
    ORDER BY created_at DESC, seq DESC LIMIT ?5",
    "
    SELECT * FROM releases
    WHERE repository = $1 AND created_at <= $2 AND state = 'published' AND id <> $3
        AND (created_at < $2 OR seq < coalesce((SELECT seq FROM releases WHERE id = $3), 9223372036854775807))
        AND EXISTS (
            SELECT 1 FROM jsonb_array_elements_text(projects::jsonb) AS own (slug)
            JOIN jsonb_array_elements_text($4::jsonb) AS wanted (slug) ON own.slug = wanted.slug)
    ORDER BY created_at DESC, seq DESC LIMIT $5",
);
pub(crate) const SIBLINGS: &str = "
    SELECT * FROM releases WHERE installation = ? AND version = ? AND repository <> ? ORDER BY seq";
const LIST: &str = "SELECT * FROM releases ORDER BY seq DESC LIMIT ?";

#[async_trait]
impl ReleaseLog for Store {
    async fn open(&self, release: &Release, job: &NewJob) -> Result<Opened, StoreError> {
        let open = with_columns(OPEN, release)?;
        let job = self.inserts(std::slice::from_ref(job))?;
        let deploy = deploys::of_opened(release);
        let steps = Steps::new()
            .then_or_stop(open)
            .then_all(deploy)
            .then_all(job);
        let opened = self.transact(steps).await?;
        if opened.first().is_some_and(|open| open.changed > 0) {
            return Ok(Opened::New);
        }
        let existing = self
            .by_version(release.repository, &release.version)
            .await?;
        existing
            .map(|release| Opened::Existing(Box::new(release)))
            .ok_or_else(|| unreadable("the release: it was there and is not any more"))
    }

    async fn reopen(&self, release: &Release, job: &NewJob) -> Result<(), StoreError> {
        let steps = Steps::new()
            .then_or(with_columns(UPDATE, release)?, unknown())
            .then_all(self.restart(job)?);
        self.transact(steps).await.map(drop)
    }

    async fn update(&self, release: &Release) -> Result<(), StoreError> {
        match self.change(with_columns(UPDATE, release)?).await? {
            0 => Err(unknown()),
            _ => Ok(()),
        }
    }

    async fn find(&self, id: ReleaseId) -> Result<Option<Release>, StoreError> {
        self.one(Statement::quick(FIND).with(id.as_uuid()), read)
            .await
    }

    async fn by_version(
        &self,
        repository: RepositoryId,
        version: &str,
    ) -> Result<Option<Release>, StoreError> {
        self.one(by_version(repository, version), read).await
    }

    async fn earlier(&self, release: &Release, limit: usize) -> Result<Vec<Release>, StoreError> {
        if let Some(environment) = &release.environment {
            return self.deployed_before(release, environment, limit).await;
        }
        let earlier = Statement::new(EARLIER)
            .with(release.repository.as_uuid())
            .with(release.created_at.as_millisecond())
            .with(release.id.as_uuid())
            .with(json(&release.projects)?)
            .with(integer(limit));
        self.all(earlier, read).await
    }

    async fn siblings(&self, release: &Release) -> Result<Vec<Release>, StoreError> {
        let siblings = Statement::new(SIBLINGS)
            .with(release.installation.as_uuid())
            .with(&release.version)
            .with(release.repository.as_uuid());
        self.all(siblings, read).await
    }

    async fn record_deploy(
        &self,
        release: ReleaseId,
        deploy: &NewDeploy,
    ) -> Result<Deploy, StoreError> {
        self.note_deploy(release, deploy).await
    }

    async fn deploys(&self, release: ReleaseId) -> Result<Vec<Deploy>, StoreError> {
        let noted = self.noted(release).await?;
        Ok(noted.into_iter().map(|(deploy, _)| deploy).collect())
    }

    async fn list(&self, limit: usize) -> Result<Vec<Release>, StoreError> {
        self.all(Statement::new(LIST).with(integer(limit)), read)
            .await
    }
}

fn by_version(repository: RepositoryId, version: &str) -> Statement {
    Statement::new(BY_VERSION)
        .with(repository.as_uuid())
        .with(version.to_owned())
}

/// A change with the values of all columns, in the order of [`OPEN`].
fn with_columns(statement: &'static str, release: &Release) -> Result<Statement, StoreError> {
    let failure = release.failure.as_ref();
    Ok(Statement::new(statement)
        .with(release.installation.as_uuid())
        .with(release.repository.as_uuid())
        .with(&release.version)
        .with(json(&release.projects)?)
        .with(release.commit.to_string())
        .with(release.previous.as_ref().map(ToString::to_string))
        .with(release.environment.clone())
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
fn unknown() -> StoreError {
    unreadable("the release: there is none with this id")
}

pub(super) fn read(row: &Row) -> Result<Release, StoreError> {
    let columns = Columns::new("releases", row);
    Ok(Release {
        id: columns.id("id", ReleaseId::from_uuid)?,
        installation: columns.id("installation", InstallationId::from_uuid)?,
        repository: columns.id("repository", RepositoryId::from_uuid)?,
        version: columns.text("version")?.to_owned(),
        projects: columns.json("projects")?,
        commit: columns.parsed("commit_sha")?,
        previous: columns.optional_parsed("previous_sha")?,
        environment: columns.optional_text("environment")?.map(str::to_owned),
        state: columns.word("state")?,
        commit_count: columns.optional_count("commit_count")?,
        issues: columns.json("issues")?,
        warnings: columns.json("warnings")?,
        failure: columns.failure()?,
        created_at: columns.time("created_at")?,
        published_at: columns.optional_time("published_at")?,
    })
}
