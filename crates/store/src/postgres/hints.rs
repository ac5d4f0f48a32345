//! Hints between processes on one database: a connection of its own that listens.

use std::time::Duration;

use bitbucket_integration_provider::ports::StoreError;
use sqlx::postgres::{PgListener, PgPool, PgPoolOptions};
use tokio::time::sleep;

use super::Postgres;
use crate::error::from_engine;

/// The channel of all processes (PostgreSQL's documentation, NOTIFY). Its messages name their sender and nothing else.
const CHANNEL: &str = "bitbucket_integration_jobs";
/// The first rest after a connection was lost; it doubles up to the longest while none can be made.
const FIRST_REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(30);

impl Postgres {
    /// Says that there may be work. It writes nothing, so nobody waits for a disk.
    pub(crate) async fn hint(&self, sender: &str) -> Result<(), StoreError> {
        let notify = sqlx::query("SELECT pg_notify($1, $2)");
        let told = notify.bind(CHANNEL).bind(sender).execute(&self.pool);
        told.await.map(drop).map_err(from_engine)
    }

    /// Calls `heard` for each hint of another sender, and whenever some may have been missed; connects again for ever.
    pub(crate) async fn hear(&self, own: &str, heard: &(dyn Fn() + Send + Sync)) {
        let mut rest = FIRST_REST;
        loop {
            let Err(error) = self.listen(own, heard, &mut rest).await;
            tracing::warn!(error = %error, rest_ms = rest.as_millis(), "hints of other processes can't be heard; work is looked for all the same");
            sleep(rest).await;
            rest = (rest * 2).min(LONGEST_REST);
        }
    }

    async fn listen(
        &self,
        own: &str,
        heard: &(dyn Fn() + Send + Sync),
        rest: &mut Duration,
    ) -> Result<std::convert::Infallible, sqlx::Error> {
        let mut listener = PgListener::connect_with(&self.apart()).await?;
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        *rest = FIRST_REST;
        heard();
        loop {
            match listener.try_recv().await? {
                Some(hint) if hint.payload() == own => {}
                Some(_) => heard(),
                None => return Err(sqlx::Error::WorkerCrashed),
            }
        }
    }

    /// A pool beside the one for work, for one connection that lasts.
    fn apart(&self) -> PgPool {
        let options = self.pool.connect_options();
        PgPoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .acquire_timeout(LONGEST_REST)
            .connect_lazy_with((*options).clone())
    }
}
