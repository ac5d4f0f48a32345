//! The HTTP side through its router, on mocks.

mod access;
mod limits;
mod pages;
mod refusals;
mod routes;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use bitbucket_integration_provider::ports::MockRetention;
use http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use secrecy::SecretString;
use tower::ServiceExt as _;

use super::{Access, ApiKey, App, AppParts, BodyLimits, Problem, Readiness, router};
use crate::clock::SystemEntropy;
use crate::metrics::Metrics;
use crate::server::Handling;
use crate::testing::Mocks;
use crate::workers::Waker;

const KEY: &str = "the-api-key";

const LIMITS: BodyLimits = BodyLimits {
    bytes: 1000,
    time: Duration::from_secs(5),
};

fn routes(mocks: Mocks) -> Router {
    routes_within(mocks, LIMITS, Duration::from_secs(30))
}

/// More than any test asks for.
const UNLIMITED: u32 = 100_000;

fn access(mocks: &mut Mocks, requests_per_minute: u32) -> Access {
    let operator = ApiKey::new(&SecretString::from(KEY.to_owned()));
    let keys = Arc::new(std::mem::take(&mut mocks.keys));
    Access::new(operator, keys, requests_per_minute)
}

fn routes_within(mocks: Mocks, limits: BodyLimits, request_timeout: Duration) -> Router {
    routes_at(mocks, limits, request_timeout, UNLIMITED)
}

fn routes_at(
    mut mocks: Mocks,
    limits: BodyLimits,
    request_timeout: Duration,
    requests_per_minute: u32,
) -> Router {
    let access = access(&mut mocks, requests_per_minute);
    let listings = Arc::new(std::mem::take(&mut mocks.listings));
    let metrics = Arc::new(Metrics::new());
    let parts = AppParts {
        access,
        listings,
        retention: Arc::new(MockRetention::new()),
        readiness: Readiness::of(Arc::new(std::mem::take(&mut mocks.disk))),
        limits,
        waker: Waker::default(),
        metrics: Arc::clone(&metrics),
        senders: None,
    };
    let app = App::new(mocks.integration(), parts);
    router(
        app,
        Handling {
            entropy: Arc::new(SystemEntropy::default()),
            request_timeout,
            metrics,
        },
    )
}

fn request(method: &str, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path)
}

fn with_key(method: &str, path: &str) -> http::request::Builder {
    request(method, path).header(header::AUTHORIZATION, format!("Bearer {KEY}"))
}

fn json(method: &str, path: &str, body: &str) -> Request<Body> {
    with_key(method, path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

async fn ask(routes: Router, request: Request<Body>) -> Response<Body> {
    routes.oneshot(request).await.unwrap()
}

/// The status, code and message of a refusal.
async fn refusal(routes: Router, request: Request<Body>) -> (StatusCode, String, String) {
    let response = ask(routes, request).await;
    let status = response.status();
    assert_eq!(
        response
            .headers()
            .get(header::CONTENT_TYPE)
            .map(|value| value.to_str().unwrap()),
        Some("application/problem+json")
    );
    assert!(response.headers().contains_key("x-request-id"));
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let problem: Problem = serde_json::from_slice(&body).unwrap();
    assert_eq!(problem.status, status.as_u16());
    assert_eq!(Some(problem.title.as_str()), status.canonical_reason());
    (status, problem.code, problem.detail)
}

async fn answer(routes: Router, request: Request<Body>) -> (StatusCode, serde_json::Value) {
    let response = ask(routes, request).await;
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}
