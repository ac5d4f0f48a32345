//! One look at the whole service.

use axum::Json;
use axum::extract::State;

use super::answer::Refusal;
use super::state::App;
use super::views;
use crate::wire::StatusView;

/// `GET /api/v1/status`
#[utoipa::path(
    get,
    path = "/status",
    operation_id = "show_status",
    tag = "service",
    summary = "One look at the whole service.",
    responses((status = 200, body = StatusView, description = "How it is."))
)]
pub(super) async fn show(State(app): State<App>) -> Result<Json<StatusView>, Refusal> {
    let integration = app.integration();
    let counts = integration
        .ports()
        .jobs
        .counts()
        .await
        .map_err(|error| Refusal::from(&error))?;
    Ok(Json(StatusView {
        version: crate::VERSION.to_owned(),
        started_at: app.started_at(),
        public_url: integration.settings().hook_base.to_string(),
        trackers: integration
            .ports()
            .trackers
            .names()
            .iter()
            .map(ToString::to_string)
            .collect(),
        jobs: views::job_counts(counts),
        deliveries: app.counters().view(),
    }))
}
