//! `GET /metrics`, on a listener of its own.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bitbucket_integration_provider::Integration;
use bitbucket_integration_provider::ports::{JobState, StoreError};
use http::{StatusCode, header};
use prometheus_client::encoding::prometheus_text;
use tokio::time::timeout;

use super::Metrics;
use super::labels::StateLabels;

/// The text format (prometheus.io/docs/instrumenting/exposition_formats).
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// How long the database may take to say how long its queue is; what else is known is shown all the same.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a scrape needs.
#[derive(Clone)]
struct Scraped {
    metrics: Arc<Metrics>,
    integration: Integration,
}

/// The one address.
pub(crate) fn router(metrics: Arc<Metrics>, integration: Integration) -> Router {
    Router::new()
        .route("/metrics", get(show))
        .with_state(Scraped {
            metrics,
            integration,
        })
}

async fn show(State(scraped): State<Scraped>) -> Response {
    let metrics = &scraped.metrics;
    let looked = timeout(PATIENCE, look(&scraped)).await;
    metrics
        .store_up
        .set(i64::from(matches!(looked, Ok(Ok(())))));
    let mut text = String::new();
    match prometheus_text::encode(&mut text, &metrics.registry) {
        Ok(()) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Asks the queue how long it is.
async fn look(scraped: &Scraped) -> Result<(), StoreError> {
    let ports = scraped.integration.ports();
    let counts = ports.jobs.counts().await?;
    let due = ports.jobs.next_due().await?;
    for state in JobState::ALL {
        let count = match state {
            JobState::Ready => counts.ready,
            JobState::Running => counts.running,
            JobState::Done => counts.done,
            JobState::Dead => counts.dead,
        };
        let labels = StateLabels {
            state: state.as_str(),
        };
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        scraped.metrics.queue.get_or_create(&labels).set(count);
    }
    let overdue = due.map_or(0.0, |due| {
        ports.clock.now().duration_since(due).as_secs_f64().max(0.0)
    });
    scraped.metrics.overdue.set(overdue);
    Ok(())
}
