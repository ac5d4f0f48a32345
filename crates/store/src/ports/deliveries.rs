//! Deliveries, each stored together with the job that will work on it.

use async_trait::async_trait;
use bitbucket_integration_provider::ports::{
    Acceptance, Deliveries, Delivery, Learned, NewJob, StoreError,
};
use bitbucket_integration_provider::{DeliveryId, InstallationId, RepositoryId};
use bytes::Bytes;

use super::arrivals::Arrival;
use super::{jobs, order};
use crate::Store;
use crate::columns::{Columns, Row};
use crate::engine::Engine;
use crate::statement::{Sql, Statement, Steps};

/// The delivery alone.
pub(super) const INSERT: &str = "
    INSERT INTO deliveries (id, installation, repository, source, event_key, dedupe_key, attempt, received_at, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (installation, dedupe_key) DO NOTHING";
pub(crate) const FIND: &str = "SELECT * FROM deliveries WHERE id = ?";

#[async_trait]
impl Deliveries for Store {
    async fn accept(&self, delivery: &Delivery, job: &NewJob) -> Result<Acceptance, StoreError> {
        let steps = match self.engine {
            Engine::Sqlite(_) => Steps::new()
                .then_or_stop(row(INSERT, delivery))
                .then_all(self.inserts(std::slice::from_ref(job))?),
            Engine::Postgres(_) => Steps::new().then(jobs::with_row(row(accept(), delivery), job)?),
        };
        let done = self.transact(steps).await?;
        let stored = done.first().is_some_and(|delivery| delivery.changed > 0);
        Ok(if stored {
            Acceptance::New
        } else {
            Acceptance::Duplicate
        })
    }

    async fn accept_completed(
        &self,
        delivery: &Delivery,
        job: &NewJob,
        learned: &Learned,
        follow_ups: &[NewJob],
    ) -> Result<bool, StoreError> {
        self.store_arrival(&Arrival {
            delivery,
            job,
            learned,
            follow_ups,
        })
        .await
    }

    async fn find(&self, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        self.one(Statement::quick(FIND).with(id.as_uuid()), read)
            .await
    }
}

/// PostgreSQL: delivery and job in one round trip. It returns a row exactly when the delivery was new.
fn accept() -> String {
    let due_at = order::DUE_AT_LOCKED;
    format!(
        "WITH delivery AS ({INSERT} RETURNING id), job AS (
            INSERT INTO jobs (id, key, installation, work, state, run_at, ordering_key, due_at)
            SELECT ?, ?, ?, ?, 'ready', ?, ?, {due_at} FROM delivery
            ON CONFLICT (key) DO NOTHING
        )
        SELECT id FROM delivery"
    )
}

/// A statement that begins with the values of a delivery.
pub(super) fn row(text: impl Into<Sql>, delivery: &Delivery) -> Statement {
    Statement::new(text)
        .with(delivery.id.as_uuid())
        .with(delivery.installation.as_uuid())
        .with(delivery.repository.as_ref().map(RepositoryId::as_uuid))
        .with(delivery.source.as_str())
        .with(&delivery.event_key)
        .with(&delivery.dedupe_key)
        .with(delivery.attempt)
        .with(delivery.received_at.as_millisecond())
        .with(delivery.body.clone())
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
