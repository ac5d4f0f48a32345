//! Deliveries, each stored together with the job that will work on it.

use async_trait::async_trait;
use bitbucket_integration_provider::ports::{Acceptance, Deliveries, Delivery, NewJob, StoreError};
use bitbucket_integration_provider::{DeliveryId, InstallationId, RepositoryId};
use bytes::Bytes;
use sqlx::sqlite::SqliteRow;

use super::SqliteStore;
use super::columns::{Columns, blob, json};

/// Both rows in one round trip to the engine: the job follows only when the delivery was new, which is what `changes()` tells.
const ACCEPT: &str = "
    INSERT INTO deliveries (id, installation, repository, source, event_key, dedupe_key, attempt, received_at, body)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT (installation, dedupe_key) DO NOTHING;
    INSERT INTO jobs (id, key, installation, work, state, run_at, due_at)
    SELECT ?10, ?11, ?12, ?13, 'ready', ?14, ?14 WHERE changes() > 0
    ON CONFLICT (key) DO NOTHING";
pub(super) const FIND: &str = "SELECT * FROM deliveries WHERE id = ?";

#[async_trait]
impl Deliveries for SqliteStore {
    async fn accept(&self, delivery: &Delivery, job: &NewJob) -> Result<Acceptance, StoreError> {
        let accept = sqlx::query(ACCEPT)
            .bind(blob(delivery.id.as_uuid()))
            .bind(blob(delivery.installation.as_uuid()))
            .bind(delivery.repository.map(|id| blob(id.as_uuid())))
            .bind(delivery.source.as_str())
            .bind(delivery.event_key.clone())
            .bind(delivery.dedupe_key.clone())
            .bind(delivery.attempt)
            .bind(delivery.received_at.as_millisecond())
            .bind(delivery.body.to_vec())
            .bind(blob(job.id.as_uuid()))
            .bind(job.work.key())
            .bind(blob(job.installation.as_uuid()))
            .bind(json(&job.work)?)
            .bind(job.run_at.as_millisecond());
        let stored = self
            .writer
            .write(move |connection| {
                Box::pin(async move { Ok(accept.execute(connection).await?.rows_affected()) })
            })
            .await?;
        Ok(if stored == 0 {
            Acceptance::Duplicate
        } else {
            Acceptance::New
        })
    }

    async fn find(&self, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        self.one(sqlx::query(FIND).bind(blob(id.as_uuid())), read)
            .await
    }
}

fn read(row: &SqliteRow) -> Result<Delivery, StoreError> {
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
