//! Which address leads where.

use std::sync::Arc;

use axum::extract::Request;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use http::StatusCode;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Refusal, RefusalCode};
use super::state::App;
use super::{
    access, consent, document, health, history, installations, issue_forms, issues, jobs, keys,
    lifecycle, providers, pull_requests, releases, repositories, senders, source, status, webhooks,
};
use crate::server::{Handling, guard, handle, panicked};

/// All routes, each inside id, log, time-out and panic catcher.
pub(crate) fn router(app: App, handling: Handling) -> Router {
    Router::new()
        .merge(deliveries(&app))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .nest("/api/v1", api(&app))
        .fallback(unknown_route)
        .layer(map_response(shaped))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(guard))
        .layer(from_fn_with_state(handling, handle))
        .with_state(app)
}

/// What Bitbucket itself calls. The Connect app's addresses have a slash at their end or not; they are not nested, for tokens sign the whole path.
fn deliveries(app: &App) -> Router<App> {
    Router::new()
        .route("/webhooks/bitbucket/connect", post(webhooks::connect))
        .route("/webhooks/bitbucket/{repository_id}", post(webhooks::hook))
        .route(
            "/extensions/bitbucket/installed/",
            post(lifecycle::installed),
        )
        .route(
            "/extensions/bitbucket/installed",
            post(lifecycle::installed),
        )
        .route(
            "/extensions/bitbucket/uninstalled/",
            post(lifecycle::uninstalled),
        )
        .route(
            "/extensions/bitbucket/uninstalled",
            post(lifecycle::uninstalled),
        )
        .route_layer(from_fn_with_state(app.clone(), senders::require))
        .merge(pages())
}

/// What anybody may read of the Connect app, and what a browser comes back to.
fn pages() -> Router<App> {
    Router::new()
        .route(
            "/extensions/bitbucket/descriptor/",
            get(lifecycle::descriptor),
        )
        .route(
            "/extensions/bitbucket/descriptor",
            get(lifecycle::descriptor),
        )
        .route("/extensions/bitbucket/setup/", get(lifecycle::setup))
        .route("/extensions/bitbucket/setup", get(lifecycle::setup))
        .route(
            "/extensions/bitbucket/oauth/callback",
            get(consent::callback),
        )
        .route(
            "/extensions/bitbucket/oauth/callback/",
            get(consent::callback),
        )
}

/// The admin API. Each address and method comes out of the description of its handler, so that the document can't differ from what is served.
fn api(app: &App) -> Router<App> {
    let (routes, document) = described().split_for_parts();
    let document = document::complete(document);
    routes
        .route("/openapi.json", get(document::serve))
        .layer(Extension(Arc::new(document)))
        .fallback(unknown_api_route)
        .layer(from_fn_with_state(app.clone(), access::require))
}

/// The routes of the admin API, below `/api/v1`.
pub(super) fn described() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(installations::list, installations::connect))
        .routes(routes!(consent::ask))
        .routes(routes!(installations::disconnect))
        .routes(routes!(installations::repositories))
        .routes(routes!(installations::sync))
        .routes(routes!(providers::list))
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::revoke))
        .routes(routes!(history::deliveries))
        .routes(routes!(history::references))
        .routes(routes!(history::commits))
        .routes(routes!(repositories::remove))
        .routes(routes!(pull_requests::list))
        .routes(routes!(repositories::rotate))
        .routes(routes!(repositories::list, repositories::add))
        .routes(routes!(releases::list, releases::open))
        .routes(routes!(releases::show))
        .routes(routes!(source::mappings, source::add_mapping))
        .routes(routes!(source::owners))
        .routes(routes!(source::remove_mapping))
        .routes(routes!(source::link))
        .routes(routes!(source::suspects))
        .routes(routes!(source::parse))
        .routes(routes!(issues::list, issues::create))
        .routes(routes!(issues::link))
        .routes(routes!(issues::show, issues::unlink))
        .routes(routes!(issue_forms::form))
        .routes(routes!(issue_forms::search))
        .routes(routes!(releases::deploy))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::purge))
        .routes(routes!(jobs::show))
        .routes(routes!(jobs::replay))
        .routes(routes!(status::show))
}

async fn unknown_route(request: Request) -> Refusal {
    Refusal::not_found(format!("there is nothing at {}", request.uri().path()))
}

/// The nested router sees its addresses without their beginning.
async fn unknown_api_route(request: Request) -> Refusal {
    Refusal::not_found(format!(
        "there is nothing at /api/v1{}",
        request.uri().path()
    ))
}

/// Gives the one shape to answers that no handler of ours made, such as 405.
async fn shaped(response: Response) -> Response {
    let status = response.status();
    let ours = response.extensions().get::<RefusalCode>().is_some();
    if ours || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (code, message) = match status {
        StatusCode::METHOD_NOT_ALLOWED => (
            "method_not_allowed",
            "this address does not take this method; see the header `Allow`",
        ),
        StatusCode::NOT_FOUND => ("not_found", "there is nothing at this address"),
        _ if status.is_client_error() => ("bad_request", "the request can't be taken"),
        _ => ("internal_error", "something broke inside the service"),
    };
    let (parts, _) = response.into_parts();
    let mut shaped = Refusal::new(status, code, message).into_response();
    if let Some(allow) = parts.headers.get(http::header::ALLOW) {
        shaped
            .headers_mut()
            .insert(http::header::ALLOW, allow.clone());
    }
    shaped
}
