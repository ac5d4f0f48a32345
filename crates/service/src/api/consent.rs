//! Connecting a workspace by a person's consent to the OAuth consumer.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{Html, IntoResponse as _, Response};
use bitbucket_integration_provider::ConsentAnswer;
use http::{StatusCode, header};
use secrecy::SecretString;
use serde::Deserialize;

use super::answer::Refusal;
use super::body;
use super::fields::{field, optional};
use super::state::App;
use crate::wire::{AskConsentBody, AskedConsentView};

/// `POST /api/v1/installations/consent`
#[utoipa::path(
    post,
    path = "/installations/consent",
    operation_id = "ask_for_consent",
    tag = "installations",
    summary = "Begins to connect a workspace through the OAuth consumer: gives the address at which a person agrees.",
    request_body = AskConsentBody,
    responses((status = 201, body = AskedConsentView, description = "The answer connects this workspace and no other."))
)]
pub(super) async fn ask(
    State(app): State<App>,
    request: Request,
) -> Result<(StatusCode, Json<AskedConsentView>), Refusal> {
    let asked: AskConsentBody = body::json(request, app.limits()).await?;
    let workspace = field("workspace", &asked.workspace)?;
    let tracker = optional("tracker", asked.tracker.as_deref())?;
    let consent = app.integration().ask_for_consent(&workspace, tracker).await;
    let consent = consent.map_err(|error| Refusal::from(&error))?;
    Ok((
        StatusCode::CREATED,
        Json(AskedConsentView {
            url: consent.url,
            expires_at: consent.expires_at,
        }),
    ))
}

/// More than these may stand in the address: Bitbucket decides.
#[derive(Deserialize)]
struct AnswerQuery {
    state: Option<String>,
    code: Option<SecretString>,
    error: Option<String>,
}

/// `GET /extensions/bitbucket/oauth/callback?state=&code=`: where the browser comes back to. What it brings proves itself.
pub(super) async fn callback(
    State(app): State<App>,
    request: Request,
) -> Result<Response, Refusal> {
    let query: AnswerQuery = body::query(request.uri())?;
    let answer = ConsentAnswer {
        state: query.state,
        code: query.code,
        error: query.error,
    };
    let integration = app.integration().clone();
    let work = async move { integration.take_consent(answer).await };
    let connected = app.finish(work).await?;
    let connected = connected.map_err(|error| Refusal::from(&error))?;
    app.wake();
    let installation = connected.installation;
    tracing::info!(installation.id = %installation.id, workspace = %installation.workspace, installation.new = connected.created, "a workspace is connected by consent");
    let missing: String = connected
        .access
        .iter()
        .filter(|one| one.granted.as_str() == "missing")
        .map(|one| format!("<li><code>{}</code> for {}", one.scope, one.needed_for))
        .collect();
    let lacks = if missing.is_empty() {
        String::new()
    } else {
        format!("<p>The consumer lacks these scopes:<ul>{missing}</ul>")
    };
    // A slug and a tracker's name hold no character that could be markup, and the scopes are our own words.
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Bitbucket integration</title><p>Workspace \
         <b>{}</b> is connected; it reports to tracker <b>{}</b>.{lacks}</html>",
        installation.workspace, installation.tracker
    );
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
    ];
    Ok((headers, Html(page)).into_response())
}
