//! The Connect app: its descriptor, and what Bitbucket and browsers call.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{Html, IntoResponse as _, Response};
use bitbucket_integration_provider::connect::{
    ConnectApp, Descriptor, Installed, LifecycleRequest, RefusedLifecycle,
};
use bytes::Bytes;
use http::{StatusCode, header};

use super::answer::Refusal;
use super::body;
use super::state::App;

/// `GET /extensions/bitbucket/descriptor/`
pub(super) async fn descriptor(State(app): State<App>) -> Result<Json<Descriptor>, Refusal> {
    let connect = app.integration().settings().connect.as_ref();
    let connect = connect.ok_or_else(|| Refusal::from(&RefusedLifecycle::Off))?;
    Ok(Json(ConnectApp::descriptor(&connect.app)))
}

/// `POST /extensions/bitbucket/installed/`
pub(super) async fn installed(
    State(app): State<App>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let request = whole(&app, request).await?;
    let integration = app.integration().clone();
    let work = async move { integration.installed(&request).await };
    match app.finish(work).await? {
        Ok(Installed::Kept { tenant, relinked }) => {
            app.wake();
            tracing::info!(workspace = %tenant.workspace, installation.relinked = relinked.is_some(), "a workspace installed the app");
            Ok(StatusCode::OK)
        }
        Ok(Installed::Known) => Ok(StatusCode::OK),
        Err(refused) => Err(Refusal::from(&refused)),
    }
}

/// `POST /extensions/bitbucket/uninstalled/`
pub(super) async fn uninstalled(
    State(app): State<App>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let request = whole(&app, request).await?;
    let integration = app.integration().clone();
    let work = async move { integration.uninstalled(&request).await };
    let removed = app.finish(work).await?;
    let removed = removed.map_err(|refused| Refusal::from(&refused))?;
    tracing::info!(app.was_installed = removed, "a workspace removed the app");
    Ok(StatusCode::OK)
}

/// `GET /extensions/bitbucket/setup/?jwt=…`: a page for whoever installed the app. Nothing of it is kept by a browser or a proxy.
pub(super) async fn setup(State(app): State<App>, request: Request) -> Result<Response, Refusal> {
    let request = LifecycleRequest {
        path: request.uri().path().to_owned(),
        query: request.uri().query().map(str::to_owned),
        authorization: None,
        body: Bytes::new(),
    };
    let visit = app.integration().setup_visit(&request).await;
    let visit = visit.map_err(|refused| Refusal::from(&refused))?;
    // A slug holds letters, digits, `-`, `_` and `.`, and so does a tracker's name but the last: nothing here can be markup.
    let workspace = &visit.tenant.workspace;
    let text = match &visit.linked {
        Some(installation) => format!(
            "Workspace <b>{workspace}</b> is connected; it reports to tracker <b>{}</b>.",
            installation.tracker
        ),
        None => format!(
            "Workspace <b>{workspace}</b> has installed the app. Whoever runs this service links it to a tracker with \
             <code>bitbucket-integration connect {workspace} --installed-app</code>."
        ),
    };
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Bitbucket integration</title><p>{text}</p></html>"
    );
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
    ];
    Ok((headers, Html(page)).into_response())
}

async fn whole(app: &App, request: Request) -> Result<LifecycleRequest, Refusal> {
    let (parts, body) = request.into_parts();
    let bytes = body::read(&parts.headers, body, app.limits()).await?;
    let authorization = parts.headers.get(header::AUTHORIZATION);
    Ok(LifecycleRequest {
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        authorization: authorization
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
        body: bytes,
    })
}
