//! Who gets an event, and in what wrapping: REST hooks signed by HMAC, Connect apps by a token.

use http::Uri;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Delivery;
use crate::{
    crypto::{hub_signature, jwt},
    world::{Bitbucket, Hook, Installation, Repository},
};

const USER_AGENT: &str = "Bitbucket-Webhooks/2.0";

/// One delivery for every active hook and every Connect app that listens to the event, not yet sent.
pub(crate) fn for_everyone(
    world: &Bitbucket,
    repository: &Repository,
    event: &str,
    payload: &Value,
    now: Timestamp,
) -> Vec<Delivery> {
    let listens = |events: &[String]| events.iter().any(|own| own == event || own == "*");
    let of_workspace = world.hooks_of_workspace(&repository.workspace);
    let hooks = repository
        .hooks
        .iter()
        .chain(of_workspace)
        .filter(|hook| hook.active && listens(&hook.events));
    let apps = world
        .installations
        .iter()
        .filter(|app| app.workspace == repository.workspace && listens(&app.events));
    hooks
        .map(|hook| for_hook(hook, event, payload))
        .chain(apps.filter_map(|app| for_app(app, event, payload, now)))
        .collect()
}

fn for_hook(hook: &Hook, event: &str, payload: &Value) -> Delivery {
    let body = payload.to_string();
    let mut headers = common_headers(event);
    headers.push(("X-Hook-UUID".to_owned(), bare(&hook.uuid)));
    if let Some(secret) = &hook.secret {
        let signature = hub_signature(secret, body.as_bytes());
        headers.push(("X-Hub-Signature".to_owned(), signature));
    }
    Delivery {
        event: event.to_owned(),
        hook_uuid: hook.uuid.clone(),
        url: hook.url.clone(),
        headers,
        body,
        ..Delivery::default()
    }
}

fn for_app(app: &Installation, event: &str, payload: &Value, now: Timestamp) -> Option<Delivery> {
    let url = app.webhook_url.clone()?;
    let target: Uri = url.parse().ok()?;
    let token = jwt::for_app(
        &app.client_key,
        &app.shared_secret,
        &target,
        &app.base_path(),
        now.as_second(),
    );
    let mut headers = common_headers(event);
    headers.push(("Authorization".to_owned(), format!("JWT {token}")));
    Some(Delivery {
        event: event.to_owned(),
        url,
        headers,
        body: json!({"event": event, "data": payload}).to_string(),
        ..Delivery::default()
    })
}

fn common_headers(event: &str) -> Vec<(String, String)> {
    let request = uuid::Uuid::new_v4().to_string();
    [
        ("Content-Type", "application/json"),
        ("User-Agent", USER_AGENT),
        ("X-Event-Key", event),
        ("X-Request-UUID", &request),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// Headers name uuids without braces.
fn bare(uuid: &str) -> String {
    uuid.trim_matches(['{', '}']).to_owned()
}
