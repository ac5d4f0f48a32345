//! Deliveries, each stored together with the job that will work on it.

use async_trait::async_trait;
use bitbucket_integration_provider::ports::{
    Acceptance, Deliveries, Delivery, Learned, NewJob, StoreError,
};
use bitbucket_integration_provider::{DeliveryId, InstallationId, RepositoryId};
use bytes::Bytes;

use super::{commits, jobs, order};
use crate::Store;
use crate::columns::{Columns, Row, json};
use crate::engine::Engine;
use crate::statement::{Sql, Statement, Steps};

/// The delivery alone.
const INSERT: &str = "
    INSERT INTO deliveries (id, installation, repository, source, event_key, dedupe_key, attempt, received_at, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (installation, dedupe_key) DO NOTHING";
/// The job of a delivery that is done as it is stored, unless an open one comes before it or the delivery is here already.
pub(crate) const COMPLETED: &str = "
    INSERT INTO jobs (id, key, installation, work, state, attempts, lease, run_at, ordering_key, finished_at)
    SELECT ?, ?, ?, ?, 'done', 1, 1, ?, ?, ?
    WHERE NOT EXISTS (
        SELECT 1 FROM jobs WHERE ordering_key >= ? AND ordering_key <= ? AND finished_at IS NULL ORDER BY ordering_key DESC, seq DESC LIMIT 1
    ) AND NOT EXISTS (SELECT 1 FROM deliveries WHERE installation = ? AND dedupe_key = ?)
    ON CONFLICT (key) DO NOTHING";
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
        let now = delivery.received_at;
        let not_now = || StoreError::Conflict {
            what: "the delivery, or one before it,",
        };
        // The job comes first: what fails as the first step leaves nothing to be taken back.
        let steps = Steps::new()
            .then_or(completed(delivery, job)?, not_now())
            .then_or(row(INSERT, delivery), not_now())
            .then_all(commits::learn(self.rows_at_once(), learned, now))
            .then_all(self.inserts(follow_ups)?);
        match self.transact(steps).await {
            Ok(_) => Ok(true),
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error),
        }
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

/// An insertion that begins with the values of a delivery.
fn row(text: impl Into<Sql>, delivery: &Delivery) -> Statement {
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

/// The job of a delivery that is done, if it may be.
fn completed(delivery: &Delivery, job: &NewJob) -> Result<Statement, StoreError> {
    let ordering_key = || {
        let key = job.ordering_key.as_ref();
        key.map(|key| key.as_str().to_owned())
    };
    Ok(Statement::new(COMPLETED)
        .with(job.id.as_uuid())
        .with(job.work.key())
        .with(job.installation.as_uuid())
        .with(json(&job.work)?)
        .with(job.run_at.as_millisecond())
        .with(ordering_key())
        .with(delivery.received_at.as_millisecond())
        .with(ordering_key())
        .with(ordering_key())
        .with(delivery.installation.as_uuid())
        .with(&delivery.dedupe_key))
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
