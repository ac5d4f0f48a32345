//! Listings by page. A page begins behind a number of arrival (`seq`), so its cost does not grow with how far down it is.

use async_trait::async_trait;
use bitbucket_integration_provider::ports::{
    DeliverySummary, JobState, JobSummary, Listed, Listings, LoggedCommit, Page, Position, Release,
    StoreError,
};
use bitbucket_integration_provider::{DeliveryId, InstallationId, JobId, RepositoryId};
use sqlx::sqlite::SqliteRow;

use super::columns::{Columns, blob, integer};
use super::{SqliteStore, Statement, commits, jobs, releases};

/// The body is only measured; its bytes are not read for that.
pub(super) const DELIVERIES: &str = "
    SELECT seq, id, installation, repository, source, event_key, attempt, received_at, length(body) AS body_bytes
    FROM deliveries WHERE seq < ? ORDER BY seq DESC LIMIT ?";
pub(super) const JOBS: &str = "SELECT * FROM jobs WHERE seq < ? ORDER BY seq DESC LIMIT ?";
pub(super) const JOBS_BY_STATE: &str =
    "SELECT * FROM jobs WHERE state = ? AND seq < ? ORDER BY seq DESC LIMIT ?";
pub(super) const JOB: &str = "SELECT * FROM jobs WHERE id = ?";
pub(super) const RELEASES: &str = "SELECT * FROM releases WHERE seq < ? ORDER BY seq DESC LIMIT ?";
pub(super) const COMMITS: &str =
    "SELECT * FROM commits WHERE repository = ? AND seq < ? ORDER BY seq DESC LIMIT ?";

#[async_trait]
impl Listings for SqliteStore {
    async fn deliveries(&self, page: Page) -> Result<Listed<DeliverySummary>, StoreError> {
        let rows = self.rows(within(sqlx::query(DELIVERIES), page)).await?;
        listed("deliveries", &rows, page, read_delivery)
    }

    async fn jobs(
        &self,
        state: Option<JobState>,
        page: Page,
    ) -> Result<Listed<JobSummary>, StoreError> {
        let query = match state {
            Some(state) => sqlx::query(JOBS_BY_STATE).bind(state.as_str()),
            None => sqlx::query(JOBS),
        };
        let rows = self.rows(within(query, page)).await?;
        listed("jobs", &rows, page, jobs::read_summary)
    }

    async fn job(&self, id: JobId) -> Result<Option<JobSummary>, StoreError> {
        let query = sqlx::query(JOB).bind(blob(id.as_uuid()));
        self.one(query, jobs::read_summary).await
    }

    async fn releases(&self, page: Page) -> Result<Listed<Release>, StoreError> {
        let rows = self.rows(within(sqlx::query(RELEASES), page)).await?;
        listed("releases", &rows, page, releases::read)
    }

    async fn commits(
        &self,
        repository: RepositoryId,
        page: Page,
    ) -> Result<Listed<LoggedCommit>, StoreError> {
        let query = sqlx::query(COMMITS).bind(blob(repository.as_uuid()));
        let rows = self.rows(within(query, page)).await?;
        listed("commits", &rows, page, commits::read)
    }
}

/// One row more than wanted tells whether there is another page.
fn within(query: Statement<'_>, page: Page) -> Statement<'_> {
    query
        .bind(page.after.map_or(i64::MAX, Position::number))
        .bind(integer(page.limit.saturating_add(1)))
}

fn listed<T>(
    table: &'static str,
    rows: &[SqliteRow],
    page: Page,
    read: impl Fn(&SqliteRow) -> Result<T, StoreError>,
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

fn read_delivery(row: &SqliteRow) -> Result<DeliverySummary, StoreError> {
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
