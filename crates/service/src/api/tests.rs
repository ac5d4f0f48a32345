//! The HTTP side through its router, on mocks.

mod limits;
mod refusals;
mod routes;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use secrecy::SecretString;
use tower::ServiceExt as _;

use super::{ApiKey, App, BodyLimits, ErrorBody, router};
use crate::clock::SystemEntropy;
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

fn routes_within(mocks: Mocks, limits: BodyLimits, request_timeout: Duration) -> Router {
    let key = ApiKey::new(&SecretString::from(KEY.to_owned()));
    let app = App::new(mocks.integration(), key, limits, Waker::default());
    router(
        app,
        Handling {
            entropy: Arc::new(SystemEntropy::default()),
            request_timeout,
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
        Some("application/json")
    );
    assert!(response.headers().contains_key("x-request-id"));
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let body: ErrorBody = serde_json::from_slice(&body).unwrap();
    (status, body.error.code, body.error.message)
}

async fn answer(routes: Router, request: Request<Body>) -> (StatusCode, serde_json::Value) {
    let response = ask(routes, request).await;
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}
