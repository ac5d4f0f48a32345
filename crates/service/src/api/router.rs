//! Which address leads where.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post};
use http::StatusCode;
use tower_http::catch_panic::CatchPanicLayer;

use super::answer::{Refusal, RefusalCode};
use super::state::App;
use super::{
    access, health, history, installations, jobs, keys, lifecycle, providers, pull_requests,
    releases, repositories, senders, source, status, webhooks,
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
}

fn api(app: &App) -> Router<App> {
    Router::new()
        .route(
            "/installations",
            get(installations::list).post(installations::connect),
        )
        .route("/installations/{id}", delete(installations::disconnect))
        .route(
            "/installations/{id}/repositories",
            get(installations::repositories),
        )
        .route("/installations/{id}/sync", post(installations::sync))
        .route("/providers", get(providers::list))
        .route("/keys", get(keys::list).post(keys::create))
        .route("/keys/{id}", delete(keys::revoke))
        .route("/deliveries", get(history::deliveries))
        .route("/references", get(history::references))
        .route("/repositories/{id}/commits", get(history::commits))
        .route("/repositories/{id}", delete(repositories::remove))
        .route("/repositories/{id}/pull-requests", get(pull_requests::list))
        .route("/repositories/{id}/rotate", post(repositories::rotate))
        .route(
            "/repositories",
            get(repositories::list).post(repositories::add),
        )
        .route("/releases", get(releases::list).post(releases::open))
        .route("/releases/{id}", get(releases::show))
        .route(
            "/repositories/{id}/mappings",
            get(source::mappings).post(source::add_mapping),
        )
        .route("/repositories/{id}/codeowners", get(source::owners))
        .route("/mappings/{id}", delete(source::remove_mapping))
        .route("/source/link", get(source::link))
        .route("/source/suspects", get(source::suspects))
        .route("/source/parse", get(source::parse))
        .route("/releases/{id}/deploys", post(releases::deploy))
        .route("/jobs", get(jobs::list))
        .route("/jobs/purge", post(jobs::purge))
        .route("/jobs/{id}", get(jobs::show))
        .route("/jobs/{id}/replay", post(jobs::replay))
        .route("/status", get(status::show))
        .fallback(unknown_api_route)
        .layer(from_fn_with_state(app.clone(), access::require))
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
