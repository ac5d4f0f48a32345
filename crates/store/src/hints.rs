//! Hints that there may be work, between the processes on one database.

use bitbucket_integration_provider::ports::StoreError;

use crate::Store;
use crate::engine::Engine;

impl Store {
    /// Whether other processes may work on the same data: PostgreSQL.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        match self.engine {
            Engine::Sqlite(_) => false,
            Engine::Postgres(_) => true,
        }
    }

    /// Tells the other processes that there may be work. Nothing depends on its getting there: whoever waits for work looks for it now and
    /// then all the same.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn hint(&self, sender: &str) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(postgres) => postgres.hint(sender).await,
        }
    }

    /// Calls `heard` whenever another sender than `own` gives a hint, and whenever hints may have been missed. It never returns: a
    /// connection that is lost is made anew, after rests of up to half a minute.
    pub async fn hear_hints(&self, own: &str, heard: &(dyn Fn() + Send + Sync)) {
        match &self.engine {
            Engine::Sqlite(_) => std::future::pending().await,
            Engine::Postgres(postgres) => postgres.hear(own, heard).await,
        }
    }
}
