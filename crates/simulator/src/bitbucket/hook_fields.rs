//! What may stand in the body of a webhook subscription.

use serde_json::{Map, Value};

use super::{auth, error};
use crate::{
    wire::{answer::Answer, call::Call},
    world::Hook,
};

/// Longest secret, in characters.
const MAX_SECRET: usize = 128;

/// Event keys that a hook may name.
pub(super) const EVENTS: [&str; 29] = [
    "repo:push",
    "repo:fork",
    "repo:updated",
    "repo:transfer",
    "repo:created",
    "repo:deleted",
    "repo:imported",
    "repo:commit_comment_created",
    "repo:commit_status_created",
    "repo:commit_status_updated",
    "pullrequest:created",
    "pullrequest:updated",
    "pullrequest:push",
    "pullrequest:approved",
    "pullrequest:unapproved",
    "pullrequest:changes_request_created",
    "pullrequest:changes_request_removed",
    "pullrequest:fulfilled",
    "pullrequest:rejected",
    "pullrequest:comment_created",
    "pullrequest:comment_updated",
    "pullrequest:comment_deleted",
    "pullrequest:comment_resolved",
    "pullrequest:comment_reopened",
    "project:updated",
    "pipeline:span_created",
    "issue:created",
    "issue:updated",
    "issue:comment_created",
];

/// The members of a request's body.
pub(super) fn read(call: &Call<'_>) -> Result<Map<String, Value>, Answer> {
    match call.asked.json() {
        Some(Value::Object(fields)) => Ok(fields),
        _ => Err(error::simple(
            400,
            "Bad request: the body is no JSON object",
        )),
    }
}

/// Puts the fields of a request into a hook, or says which one is wrong.
pub(super) fn apply(
    call: &Call<'_>,
    hook: &mut Hook,
    fields: &Map<String, Value>,
) -> Result<(), Answer> {
    if let Some(url) = fields.get("url") {
        hook.url = valid_url(url)?;
    }
    if let Some(events) = fields.get("events") {
        hook.events = valid_events(call, events)?;
    }
    if let Some(secret) = fields.get("secret") {
        hook.secret = valid_secret(secret)?;
    }
    if let Some(description) = fields.get("description") {
        hook.description = description.as_str().unwrap_or_default().to_owned();
    }
    if let Some(active) = fields.get("active") {
        hook.active = active
            .as_bool()
            .ok_or_else(|| error::field("active", "expected bool"))?;
    }
    Ok(())
}

fn valid_url(url: &Value) -> Result<String, Answer> {
    let text = url.as_str().unwrap_or_default();
    let target: Option<http::Uri> = text.parse().ok();
    let usable = target.is_some_and(|target| {
        matches!(target.scheme_str(), Some("http" | "https")) && target.host().is_some()
    });
    match usable {
        true => Ok(text.to_owned()),
        false => Err(error::field("url", "Enter a valid URL.")),
    }
}

fn valid_events(call: &Call<'_>, events: &Value) -> Result<Vec<String>, Answer> {
    let listed = events.as_array().filter(|list| !list.is_empty());
    let listed = listed.ok_or_else(|| error::field("events", "at least one event is required"))?;
    let mut valid: Vec<String> = Vec::new();
    for event in listed {
        let key = event.as_str().unwrap_or_default();
        if !EVENTS.contains(&key) {
            return Err(error::field(
                "events",
                &format!("'{key}' is not a valid event"),
            ));
        }
        if valid.iter().any(|own| own == key) {
            return Err(error::field("events", "duplicate events are not allowed"));
        }
        may_subscribe(call, key)?;
        valid.push(key.to_owned());
    }
    Ok(valid)
}

/// A hook needs the read scope of each of its events.
fn may_subscribe(call: &Call<'_>, event: &str) -> Result<(), Answer> {
    let granular = call
        .caller
        .scopes
        .iter()
        .any(|own| own.ends_with(":bitbucket"));
    let family = match event.split_once(':') {
        Some(("repo", _)) => "repository",
        Some((family, _)) => family,
        None => event,
    };
    let (needed, granted) = match granular {
        true => {
            let needed = format!("read:{family}:bitbucket");
            let granted = call.caller.scopes.contains(&needed);
            (needed, granted)
        }
        false => (family.to_owned(), auth::grants(&call.caller.scopes, family)),
    };
    match granted {
        true => Ok(()),
        false => Err(error::missing_scope(&[needed], &call.caller.scopes)),
    }
}

fn valid_secret(secret: &Value) -> Result<Option<String>, Answer> {
    match secret {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) if text.chars().count() <= MAX_SECRET => Ok(Some(text.clone())),
        Value::String(_) => Err(error::field(
            "secret",
            "length of value must be at most 128",
        )),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(error::field("secret", "expected str"))
        }
    }
}
