//! Deliveries, each stored together with the job that will work on it.

use async_trait::async_trait;
use bitbucket_integration_provider::ports::{Acceptance, Deliveries, Delivery, NewJob, StoreError};
use bitbucket_integration_provider::{DeliveryId, InstallationId, RepositoryId};
use bytes::Bytes;

use crate::Store;
use crate::columns::{Columns, Row, json};
use crate::statement::{Sql, Statement};

/// Both rows in one round trip to the engine: the job follows only when the delivery was new. It changes a row, or returns one, exactly
/// when the delivery was new.
pub(crate) const ACCEPT: Sql = Sql::each(
    "
    INSERT INTO deliveries (id, installation, repository, source, event_key, dedupe_key, attempt, received_at, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (installation, dedupe_key) DO NOTHING;
    INSERT INTO jobs (id, key, installation, work, state, run_at, due_at)
    SELECT ?, ?, ?, ?, 'ready', ?, ? WHERE changes() > 0
    ON CONFLICT (key) DO NOTHING",
    "
    WITH delivery AS (
        INSERT INTO deliveries (id, installation, repository, source, event_key, dedupe_key, attempt, received_at, body)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (installation, dedupe_key) DO NOTHING
        RETURNING id
    ), job AS (
        INSERT INTO jobs (id, key, installation, work, state, run_at, due_at)
        SELECT ?, ?, ?, ?, 'ready', ?, ? FROM delivery
        ON CONFLICT (key) DO NOTHING
    )
    SELECT id FROM delivery",
);
pub(crate) const FIND: &str = "SELECT * FROM deliveries WHERE id = ?";

#[async_trait]
impl Deliveries for Store {
    async fn accept(&self, delivery: &Delivery, job: &NewJob) -> Result<Acceptance, StoreError> {
        let run_at = job.run_at.as_millisecond();
        let accept = Statement::new(ACCEPT)
            .with(delivery.id.as_uuid())
            .with(delivery.installation.as_uuid())
            .with(delivery.repository.as_ref().map(RepositoryId::as_uuid))
            .with(delivery.source.as_str())
            .with(&delivery.event_key)
            .with(&delivery.dedupe_key)
            .with(delivery.attempt)
            .with(delivery.received_at.as_millisecond())
            .with(delivery.body.clone())
            .with(job.id.as_uuid())
            .with(job.work.key())
            .with(job.installation.as_uuid())
            .with(json(&job.work)?)
            .with(run_at)
            .with(run_at);
        let stored = self.change(accept).await?;
        Ok(if stored == 0 {
            Acceptance::Duplicate
        } else {
            Acceptance::New
        })
    }

    async fn find(&self, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        self.one(Statement::new(FIND).with(id.as_uuid()), read)
            .await
    }
}

fn read(row: &Row) -> Result<Delivery, StoreError> {
    let columns = Columns::new("deliveries", row);
    Ok(Delivery {
        id: columns.id("id", DeliveryId::from_uuid)?,
        installation: columns.id("installation", InstallationId::from_uuid)?,
        repository: columns.optional_id("repository", RepositoryId::from_uuid)?,
        source: columns.word("source")?,
        event_key: columns.text("event_key")?.to_owned(),
        dedupe_key: columns.text("dedupe_key")?.to_owned(),
        attempt: columns.count("attempt")?,
        body: Bytes::copy_from_slice(columns.bytes("body")?),
        received_at: columns.time("received_at")?,
    })
}
