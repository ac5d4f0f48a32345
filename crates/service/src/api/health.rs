//! Whether the process lives, and whether it can do its work.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde_json::{Value, json};

use super::answer::Refusal;
use super::state::App;
use crate::telling::chain;

/// The process answers.
pub(super) async fn live() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// The store answers too.
pub(super) async fn ready(State(app): State<App>) -> Result<Json<Value>, Refusal> {
    match app.integration().ports().jobs.next_due().await {
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
