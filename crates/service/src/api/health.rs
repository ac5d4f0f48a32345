//! Whether the process lives, and whether it can do its work.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use bitbucket_integration_provider::ports::StoreError;
use http::StatusCode;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::answer::Refusal;
use super::state::App;
use crate::telling::chain;

/// The process answers.
pub(super) async fn live() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// How long the store may take until it counts as away.
const PATIENCE: Duration = Duration::from_secs(5);

fn too_slow() -> StoreError {
    let late = io::Error::new(io::ErrorKind::TimedOut, "it did not answer in time");
    StoreError::Unavailable(Arc::new(late))
}

/// The store answers too.
pub(super) async fn ready(State(app): State<App>) -> Result<Json<Value>, Refusal> {
    let asked = timeout(PATIENCE, app.integration().ports().jobs.next_due());
    match asked.await.unwrap_or_else(|_| Err(too_slow())) {
        Ok(_) => Ok(Json(json!({ "status": "ready" }))),
        Err(error) => {
            tracing::error!(error.code = error.code(), error = %chain(&error), "not ready: the store does not answer");
            Err(Refusal::new(
                StatusCode::SERVICE_UNAVAILABLE,
                error.code(),
                error.to_string(),
            ))
        }
    }
}
