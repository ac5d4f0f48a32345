//! Whether the process lives, and whether it can do its work.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Json;
use axum::extract::State;
use bitbucket_integration_provider::ports::StoreError;
use bitbucket_store::Store;
use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::answer::Refusal;
use super::state::App;
use crate::telling::chain;

/// The process answers.
pub(super) async fn live() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// How long the store may take until it counts as away.
const PATIENCE: Duration = Duration::from_secs(5);

/// For how long what was found holds: anybody may ask, and a write costs something.
const FRESH: Duration = Duration::from_secs(1);

/// What may be unable to write although it can be read, as on a full disk.
#[async_trait]
pub(crate) trait Writable: Send + Sync {
    /// Writes something that leaves nothing behind.
    async fn try_write(&self) -> Result<(), StoreError>;
}

#[async_trait]
impl Writable for Store {
    async fn try_write(&self) -> Result<(), StoreError> {
        Self::try_write(self).await
    }
}

/// Whether the store takes writes, tried once in a while however often it is asked.
pub(crate) struct Readiness {
    store: Arc<dyn Writable>,
    last: Mutex<Option<(Instant, Result<(), StoreError>)>>,
}

impl Readiness {
    pub(crate) fn of(store: Arc<dyn Writable>) -> Self {
        Self {
            store,
            last: Mutex::new(None),
        }
    }

    async fn writes(&self) -> Result<(), StoreError> {
        let mut last = self.last.lock().await;
        if let Some((at, outcome)) = last.as_ref()
            && at.elapsed() < FRESH
        {
            return outcome.clone();
        }
        let outcome = self.store.try_write().await;
        *last = Some((Instant::now(), outcome.clone()));
        outcome
    }
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Readiness(..)")
    }
}

fn too_slow() -> StoreError {
    let late = io::Error::new(io::ErrorKind::TimedOut, "it did not answer in time");
    StoreError::Unavailable(Arc::new(late))
}

/// The store answers and takes writes too.
pub(super) async fn ready(State(app): State<App>) -> Result<Json<Value>, Refusal> {
    let found = async {
        let read = app.integration().ports().jobs.next_due().await;
        read.map_err(|error| ("the database does not answer", error))?;
        let written = app.readiness().writes().await;
        written.map_err(|error| ("the database takes no writes", error))
    };
    let found = timeout(PATIENCE, found).await;
    match found.unwrap_or_else(|_| Err(("the database does not answer", too_slow()))) {
        Ok(()) => Ok(Json(json!({ "status": "ready" }))),
        Err((what, error)) => {
            tracing::error!(error.code = error.code(), error = %chain(&error), "not ready: {what}");
            Err(Refusal::new(
                StatusCode::SERVICE_UNAVAILABLE,
                error.code(),
                format!("{what}; the log says why"),
            ))
        }
    }
}
