//! What happens around every request: an id, a log line, a time-out, and an answer even when a handler panics.

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bitbucket_integration_provider::ports::Entropy;
use http::{HeaderValue, StatusCode};
use tokio::time::timeout;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::api::{Refusal, RefusalCode};
use crate::metrics::Metrics;

/// The header that carries our id of a request in its answer.
const REQUEST_ID: &str = "x-request-id";

/// What [`handle`] needs.
#[derive(Clone)]
pub(crate) struct Handling {
    /// Makes request ids.
    pub(crate) entropy: Arc<dyn Entropy>,
    /// How long an answer may take in all.
    pub(crate) request_timeout: Duration,
    /// Counts and times answers.
    pub(crate) metrics: Arc<Metrics>,
}

/// Runs one request with an id, within its time, and logs it once.
pub(crate) async fn handle(
    State(handling): State<Handling>,
    request: Request,
    next: Next,
) -> Response {
    let id = handling.request_id();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let span = tracing::info_span!(
        "request",
        request.id = %id,
        api.key = tracing::field::Empty
    );
    let started = Instant::now();
    let answered = timeout(handling.request_timeout, next.run(request))
        .instrument(span.clone())
        .await;
    let mut response = answered.unwrap_or_else(|_| timed_out(handling.request_timeout));
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let _in_span = span.enter();
    let (route, took) = (route.as_deref().unwrap_or("none"), started.elapsed());
    let status = response.status().as_u16();
    handling
        .metrics
        .request(method.as_str(), route, status, took);
    log(method.as_str(), route, &response, took);
    response
}

impl Handling {
    fn request_id(&self) -> Uuid {
        let mut random = [0_u8; 16];
        self.entropy.fill(&mut random);
        uuid::Builder::from_random_bytes(random).into_uuid()
    }
}

fn timed_out(limit: Duration) -> Response {
    let refusal = Refusal::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "request_timeout",
        format!(
            "no answer within {} s; what was begun is finished all the same",
            limit.as_secs_f32()
        ),
    );
    refusal.into_response()
}

/// Health is asked for all day long, so its good answers are of no interest.
fn log(method: &str, route: &str, response: &Response, took: Duration) {
    let status = response.status().as_u16();
    let code = response
        .extensions()
        .get::<RefusalCode>()
        .map(|code| code.0);
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let quiet = matches!(route, "/healthz" | "/readyz") && status < 400;
    if quiet {
        tracing::debug!(
            http.method = method,
            http.route = route,
            http.status = status,
            http.duration_ms = duration_ms,
            "answered"
        );
    } else if let Some(code) = code {
        tracing::info!(
            http.method = method,
            http.route = route,
            http.status = status,
            http.duration_ms = duration_ms,
            error.code = code,
            "refused"
        );
    } else {
        tracing::info!(
            http.method = method,
            http.route = route,
            http.status = status,
            http.duration_ms = duration_ms,
            "answered"
        );
    }
}

/// The answer to a request whose handler panicked. What it panicked with may hold anything, so it is not shown.
pub(crate) fn panicked(_payload: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!(error.code = "panicked", "a handler panicked");
    Refusal::internal().into_response()
}
