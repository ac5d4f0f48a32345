//! Listings by page. A page begins behind a number of arrival (`seq`), so its cost does not grow with how far down it is.

use async_trait::async_trait;
use bitbucket_integration_provider::ports::{
    DeliverySummary, Installation, JobState, JobSummary, Listed, Listings, LoggedCommit, Page,
    Position, Reference, ReferencesOf, Release, StoreError, TrackedRepository,
};
use bitbucket_integration_provider::{DeliveryId, InstallationId, JobId, RepositoryId};
use uuid::Uuid;

use super::{commits, effects, installations, jobs, releases, repositories};
use crate::Store;
use crate::columns::{Columns, Row, integer};
use crate::statement::Statement;

/// The body is only measured; its bytes are not read for that.
pub(crate) const DELIVERIES: &str = "
    SELECT seq, id, installation, repository, source, event_key, attempt, received_at, CAST(length(body) AS BIGINT) AS body_bytes
    FROM deliveries WHERE seq < ? ORDER BY seq DESC LIMIT ?";
pub(crate) const JOBS: &str = "SELECT * FROM jobs WHERE seq < ? ORDER BY seq DESC LIMIT ?";
pub(crate) const JOBS_BY_STATE: &str =
    "SELECT * FROM jobs WHERE state = ? AND seq < ? ORDER BY seq DESC LIMIT ?";
pub(crate) const JOB: &str = "SELECT * FROM jobs WHERE id = ?";
pub(crate) const RELEASES: &str = "SELECT * FROM releases WHERE seq < ? ORDER BY seq DESC LIMIT ?";
pub(crate) const COMMITS: &str =
    "SELECT * FROM commits WHERE repository = ? AND seq < ? ORDER BY seq DESC LIMIT ?";
pub(crate) const REFERENCES: &str =
    "SELECT * FROM issue_effects WHERE seq < ? ORDER BY seq DESC LIMIT ?";
pub(crate) const REFERENCES_OF_REPOSITORY: &str =
    "SELECT * FROM issue_effects WHERE repository = ? AND seq < ? ORDER BY seq DESC LIMIT ?";
pub(crate) const REFERENCES_TO_ISSUE: &str =
    "SELECT * FROM issue_effects WHERE short_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?";
pub(crate) const REFERENCES_OF_BOTH: &str = "
    SELECT * FROM issue_effects WHERE repository = ? AND short_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?";
pub(crate) const INSTALLATIONS: &str =
    "SELECT * FROM installations WHERE id > ? ORDER BY id LIMIT ?";
pub(crate) const REPOSITORIES: &str = "SELECT * FROM repositories WHERE id > ? ORDER BY id LIMIT ?";
const REPOSITORY_COUNT: &str = "SELECT count(*) AS repositories FROM repositories";

#[async_trait]
impl Listings for Store {
    async fn deliveries(&self, page: Page) -> Result<Listed<DeliverySummary>, StoreError> {
        let rows = self.rows(within(Statement::new(DELIVERIES), page)).await?;
        listed("deliveries", &rows, page, read_delivery)
    }

    async fn jobs(
        &self,
        state: Option<JobState>,
        page: Page,
    ) -> Result<Listed<JobSummary>, StoreError> {
        let query = match state {
            Some(state) => Statement::new(JOBS_BY_STATE).with(state.as_str()),
            None => Statement::new(JOBS),
        };
        let rows = self.rows(within(query, page)).await?;
        listed("jobs", &rows, page, jobs::read_summary)
    }

    async fn job(&self, id: JobId) -> Result<Option<JobSummary>, StoreError> {
        let query = Statement::new(JOB).with(id.as_uuid());
        self.one(query, jobs::read_summary).await
    }

    async fn releases(&self, page: Page) -> Result<Listed<Release>, StoreError> {
        let rows = self.rows(within(Statement::new(RELEASES), page)).await?;
        listed("releases", &rows, page, releases::read)
    }

    async fn commits(
        &self,
        repository: RepositoryId,
        page: Page,
    ) -> Result<Listed<LoggedCommit>, StoreError> {
        let query = Statement::new(COMMITS).with(repository.as_uuid());
        let rows = self.rows(within(query, page)).await?;
        listed("commits", &rows, page, commits::read)
    }

    async fn references(
        &self,
        of: ReferencesOf,
        page: Page,
    ) -> Result<Listed<Reference>, StoreError> {
        let rows = self.rows(within(references(of), page)).await?;
        listed("issue_effects", &rows, page, effects::read_reference)
    }

    async fn installations(
        &self,
        after: Option<InstallationId>,
        limit: usize,
    ) -> Result<Vec<Installation>, StoreError> {
        let after = after.map_or(Uuid::nil(), |id| *id.as_uuid());
        let query = Statement::new(INSTALLATIONS).with(&after);
        self.all(query.with(integer(limit)), installations::read)
            .await
    }

    async fn repositories(
        &self,
        after: Option<RepositoryId>,
        limit: usize,
    ) -> Result<Vec<TrackedRepository>, StoreError> {
        let after = after.map_or(Uuid::nil(), |id| *id.as_uuid());
        let query = Statement::new(REPOSITORIES).with(&after);
        self.all(query.with(integer(limit)), repositories::read)
            .await
    }

    async fn repository_count(&self) -> Result<u64, StoreError> {
        let count = |row: &Row| Columns::new("repositories", row).integer("repositories");
        let counted = self.one(Statement::new(REPOSITORY_COUNT), count).await?;
        Ok(counted.and_then(|n| n.try_into().ok()).unwrap_or(0))
    }
}

/// Each combination has a text of its own, so that each finds its index.
fn references(of: ReferencesOf) -> Statement {
    match (of.repository, of.short_id) {
        (None, None) => Statement::new(REFERENCES),
        (Some(repository), None) => {
            Statement::new(REFERENCES_OF_REPOSITORY).with(repository.as_uuid())
        }
        (None, Some(short_id)) => Statement::new(REFERENCES_TO_ISSUE).with(short_id),
        (Some(repository), Some(short_id)) => Statement::new(REFERENCES_OF_BOTH)
            .with(repository.as_uuid())
            .with(short_id),
    }
}

/// One row more than wanted tells whether there is another page.
pub(super) fn within(query: Statement, page: Page) -> Statement {
    query
        .with(page.after.map_or(i64::MAX, Position::number))
        .with(integer(page.limit.saturating_add(1)))
}

pub(super) fn listed<T>(
    table: &'static str,
    rows: &[Row],
    page: Page,
    read: impl Fn(&Row) -> Result<T, StoreError>,
) -> Result<Listed<T>, StoreError> {
    let shown = &rows[..rows.len().min(page.limit)];
    let next = match shown.last() {
        Some(last) if rows.len() > shown.len() => {
            Some(Position::new(Columns::new(table, last).integer("seq")?))
        }
        Some(_) | None => None,
    };
    Ok(Listed {
        entries: shown.iter().map(read).collect::<Result<_, _>>()?,
        next,
    })
}

fn read_delivery(row: &Row) -> Result<DeliverySummary, StoreError> {
    let columns = Columns::new("deliveries", row);
    Ok(DeliverySummary {
        id: columns.id("id", DeliveryId::from_uuid)?,
        installation: columns.id("installation", InstallationId::from_uuid)?,
        repository: columns.optional_id("repository", RepositoryId::from_uuid)?,
        source: columns.word("source")?,
        event_key: columns.text("event_key")?.to_owned(),
        attempt: columns.count("attempt")?,
        body_bytes: u64::from(columns.count("body_bytes")?),
        received_at: columns.time("received_at")?,
    })
}
