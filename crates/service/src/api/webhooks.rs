//! Deliveries: the raw bytes go to the integration, and only its `Ok` is answered with 204.

use std::time::Instant;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use bitbucket_integration_provider::{
    DeliveryHeaders, RawDelivery, Received, RefusedDelivery, Road,
};
use http::{HeaderMap, StatusCode};

use super::answer::Refusal;
use super::body;
use super::state::App;

/// `POST /webhooks/bitbucket/{repository_id}`: a hook that was created through the REST API.
///
/// An id that can't be one of ours is answered like one that is unknown.
pub(super) async fn hook(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let delivery = raw(&app, request).await?;
    let event = delivery.headers.event_key.clone().unwrap_or_default();
    match id.ok().and_then(|Path(id)| id.parse().ok()) {
        Some(repository) => receive(&app, Road::Hook(repository), delivery).await,
        None => Err(refuse(&app, &event, &RefusedDelivery::UnknownHook)),
    }
}

/// `POST /webhooks/bitbucket/connect`: the webhook module of a Connect installation.
pub(super) async fn connect(
    State(app): State<App>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let delivery = raw(&app, request).await?;
    receive(&app, Road::Connect, delivery).await
}

async fn receive(app: &App, road: Road, delivery: RawDelivery) -> Result<StatusCode, Refusal> {
    let event = delivery.headers.event_key.clone().unwrap_or_default();
    let request_uuid = delivery.headers.request_uuid.clone().unwrap_or_default();
    let begun = Instant::now();
    match app.integration().receive(road, delivery).await {
        Ok(received) => {
            app.received(&event, received, begun.elapsed());
            match received {
                Received::Accepted(id) => {
                    app.wake();
                    tracing::info!(delivery.id = %id, delivery.request_uuid = ?request_uuid, event.key = ?event, "a delivery was accepted");
                }
                Received::Completed {
                    delivery,
                    follow_ups,
                } => {
                    if follow_ups > 0 {
                        app.wake();
                    }
                    tracing::info!(delivery.id = %delivery, delivery.request_uuid = ?request_uuid, event.key = ?event, job.follow_ups = follow_ups, "a delivery was accepted and is done");
                }
                Received::Duplicate => {
                    tracing::info!(delivery.request_uuid = ?request_uuid, event.key = ?event, "a delivery came before");
                }
                Received::Unknown => {
                    tracing::info!(delivery.request_uuid = ?request_uuid, event.key = ?event, "a delivery is of a kind that is not known");
                }
                Received::Ignored => {
                    tracing::debug!(delivery.request_uuid = ?request_uuid, event.key = ?event, "a delivery needs no work");
                }
            }
            Ok(StatusCode::NO_CONTENT)
        }
        Err(refused) => Err(refuse(app, &event, &refused)),
    }
}

fn refuse(app: &App, event: &str, refused: &RefusedDelivery) -> Refusal {
    app.refused(event, refused.code());
    Refusal::from(refused)
}

/// The delivery as it came, its body within the limits.
async fn raw(app: &App, request: Request) -> Result<RawDelivery, Refusal> {
    let (parts, body) = request.into_parts();
    let read = body::read(&parts.headers, body, app.limits()).await;
    let bytes = read.inspect_err(|refusal| app.refused("", refusal.code()))?;
    Ok(RawDelivery {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: headers(&parts.headers),
        body: bytes,
    })
}

fn headers(headers: &HeaderMap) -> DeliveryHeaders {
    // A header that comes twice says nothing: others may read the other one.
    let text = |name: &str| {
        let mut values = headers.get_all(name).iter();
        let value = values.next().filter(|_| values.next().is_none())?;
        value.to_str().ok().map(str::to_owned)
    };
    DeliveryHeaders {
        event_key: text("x-event-key"),
        request_uuid: text("x-request-uuid"),
        hook_uuid: text("x-hook-uuid"),
        attempt: text("x-attempt-number"),
        signature: text("x-hub-signature"),
        authorization: text("authorization"),
    }
}
