//! Keys of this API. A key is shown once, when it is made; what is kept recognises it and no more.

use axum::Json;
use axum::extract::{Path, Request, State};
use bitbucket_integration_provider::ApiKeyId;
use bitbucket_integration_provider::ports::{ApiKeyRecord, fresh_secret};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};

use super::access::{KEY_PREFIX, key_digest};
use super::answer::Refusal;
use super::body;
use super::fields::path_id;
use super::state::App;
use crate::wire::{ApiKeyList, ApiKeyView, CreateKeyBody, CreatedKeyView};

/// The longest name of a key, in characters.
const LONGEST_NAME: usize = 100;

/// The longest life of a key that has an end, in days.
const LONGEST_LIFE: u32 = 3650;

/// `GET /api/v1/keys`
#[utoipa::path(
    get,
    path = "/keys",
    operation_id = "list_keys",
    tag = "keys",
    summary = "Keys of this API; never the keys themselves.",
    responses((status = 200, body = ApiKeyList, description = "All of them."))
)]
pub(super) async fn list(State(app): State<App>) -> Result<Json<ApiKeyList>, Refusal> {
    let keys = app.access().keys().list().await;
    let keys = keys.map_err(|error| Refusal::from(&error))?;
    let now = app.integration().ports().clock.now();
    Ok(Json(ApiKeyList {
        keys: keys.into_iter().map(|key| view(key, now)).collect(),
    }))
}

/// `POST /api/v1/keys`: 201 with the key itself, which nobody can read again.
#[utoipa::path(
    post,
    path = "/keys",
    operation_id = "create_key",
    tag = "keys",
    summary = "Makes a key.",
    request_body = CreateKeyBody,
    responses((status = 201, body = CreatedKeyView, description = "The key itself, which nobody can read again."))
)]
pub(super) async fn create(
    State(app): State<App>,
    request: Request,
) -> Result<(StatusCode, Json<CreatedKeyView>), Refusal> {
    let asked: CreateKeyBody = body::json(request, app.limits()).await?;
    let ports = app.integration().ports();
    let now = ports.clock.now();
    let record = ApiKeyRecord {
        id: ApiKeyId::fresh(ports.clock.as_ref(), ports.entropy.as_ref()),
        name: name(asked.name)?,
        scope: asked.scope,
        created_at: now,
        expires_at: asked
            .expires_in_days
            .map(|days| end(now, days))
            .transpose()?,
        revoked_at: None,
    };
    let random = fresh_secret(ports.entropy.as_ref());
    let key = SecretString::from(format!("{KEY_PREFIX}{}", random.expose_secret()));
    let digest = key_digest(key.expose_secret());
    let added = app.access().keys().add(&record, &digest).await;
    added.map_err(|error| Refusal::from(&error))?;
    tracing::info!(key.id = %record.id, key.scope = record.scope.as_str(), "an API key was made");
    let view = CreatedKeyView {
        key,
        record: view(record, now),
    };
    Ok((StatusCode::CREATED, Json(view)))
}

/// `DELETE /api/v1/keys/{id}`: the key is refused from now on; it stays in the list.
#[utoipa::path(
    delete,
    path = "/keys/{id}",
    operation_id = "revoke_key",
    tag = "keys",
    summary = "Refuses a key from now on. It stays in the list.",
    params(("id" = String, Path, format = Uuid, description = "Our identifier of the key.")),
    responses((status = 200, body = ApiKeyView, description = "It is revoked."))
)]
pub(super) async fn revoke(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<ApiKeyView>, Refusal> {
    let id: ApiKeyId = path_id(&id)?;
    let now = app.integration().ports().clock.now();
    let revoked = app.access().keys().revoke(id, now).await;
    let revoked = revoked
        .map_err(|error| Refusal::from(&error))?
        .ok_or_else(|| Refusal::not_found("there is no key with this id"))?;
    tracing::info!(key.id = %id, "an API key was revoked");
    Ok(Json(view(revoked, now)))
}

fn name(name: String) -> Result<String, Refusal> {
    let length = name.chars().count();
    if (1..=LONGEST_NAME).contains(&length) && !name.chars().any(char::is_control) {
        return Ok(name);
    }
    Err(Refusal::bad_request(
        "invalid_field",
        format!("field `name`: 1 to {LONGEST_NAME} characters without control characters"),
    ))
}

fn end(now: Timestamp, days: u32) -> Result<Timestamp, Refusal> {
    let refused = || {
        Refusal::bad_request(
            "invalid_field",
            format!("field `expires_in_days`: 1 to {LONGEST_LIFE}"),
        )
    };
    if !(1..=LONGEST_LIFE).contains(&days) {
        return Err(refused());
    }
    now.checked_add(SignedDuration::from_hours(24 * i64::from(days)))
        .map_err(|_| refused())
}

fn view(key: ApiKeyRecord, now: Timestamp) -> ApiKeyView {
    let state = match (key.revoked_at, key.expires_at) {
        (Some(_), _) => "revoked",
        (None, Some(end)) if end <= now => "expired",
        (None, _) => "active",
    };
    ApiKeyView {
        id: key.id,
        name: key.name,
        scope: key.scope,
        state: state.to_owned(),
        created_at: key.created_at,
        expires_at: key.expires_at,
        revoked_at: key.revoked_at,
    }
}
