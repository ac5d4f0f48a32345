//! Webhook subscriptions of a repository.

use serde_json::{Map, Value};

use super::{auth, error, page, shape};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
        text,
    },
    world::{Hook, label},
};

const WEBHOOK: Access = Access::Scopes(&["webhook"]);
const LIST: &str = "/2.0/repositories/{workspace}/{repo_slug}/hooks";
const ONE: &str = "/2.0/repositories/{workspace}/{repo_slug}/hooks/{uid}";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", LIST, WEBHOOK, list),
    Route::new("POST", LIST, WEBHOOK, create),
    Route::new("GET", ONE, WEBHOOK, read),
    Route::new("PUT", ONE, WEBHOOK, update),
    Route::new("DELETE", ONE, WEBHOOK, delete),
];

/// Longest secret, in characters.
const MAX_SECRET: usize = 128;

/// Event keys that a repository hook may name.
const EVENTS: [&str; 27] = [
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
    "issue:created",
    "issue:updated",
    "issue:comment_created",
];

fn list(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    let hooks: Vec<Value> = own
        .hooks
        .iter()
        .map(|hook| shape::hook(call.base, own, hook))
        .collect();
    page::numbered(call, page::GENERAL, &hooks)
}

fn read(call: &mut Call<'_>) -> Handled {
    let place = call.hook()?;
    let own = call.repository_here()?;
    Ok(Answer::ok(&shape::hook(call.base, own, &own.hooks[place])))
}

fn create(call: &mut Call<'_>) -> Handled {
    let place = call.repository()?;
    let fields = fields(call)?;
    let mut hook = Hook {
        uuid: label::fresh_uuid(),
        url: String::new(),
        description: String::new(),
        active: true,
        events: Vec::new(),
        secret: None,
        created_at: call.now,
    };
    for required in ["url", "events"] {
        if !fields.contains_key(required) {
            return Err(error::field(required, "required key not provided"));
        }
    }
    apply(call, &mut hook, &fields)?;
    let own = &mut call.world.bitbucket.repositories[place];
    own.hooks.push(hook.clone());
    let own = &call.world.bitbucket.repositories[place];
    let location = format!(
        "{}{}/{}",
        call.base,
        call.asked.path,
        text::encode(&hook.uuid)
    );
    let body = shape::hook(call.base, own, &hook);
    Ok(Answer::json(201, &body).with_header("location", &location))
}

fn update(call: &mut Call<'_>) -> Handled {
    let place = call.hook()?;
    let fields = fields(call)?;
    let repository = call.repository()?;
    let mut hook = call.world.bitbucket.repositories[repository].hooks[place].clone();
    apply(call, &mut hook, &fields)?;
    call.world.bitbucket.repositories[repository].hooks[place] = hook;
    read(call)
}

fn delete(call: &mut Call<'_>) -> Handled {
    let place = call.hook()?;
    let repository = call.repository()?;
    call.world.bitbucket.repositories[repository]
        .hooks
        .remove(place);
    Ok(Answer::empty(204))
}

fn fields(call: &Call<'_>) -> Result<Map<String, Value>, Answer> {
    match call.asked.json() {
        Some(Value::Object(fields)) => Ok(fields),
        _ => Err(error::simple(
            400,
            "Bad request: the body is no JSON object",
        )),
    }
}

/// Puts the fields of a request into a hook, or says which one is wrong.
fn apply(call: &Call<'_>, hook: &mut Hook, fields: &Map<String, Value>) -> Result<(), Answer> {
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

impl Call<'_> {
    /// The place of the hook in the path within its repository; braces may be missing.
    fn hook(&self) -> Result<usize, Answer> {
        let own = self.repository_here()?;
        let wanted = self.param("uid").trim_matches(['{', '}']);
        let place = own
            .hooks
            .iter()
            .position(|hook| hook.uuid.trim_matches(['{', '}']) == wanted);
        place.ok_or_else(|| error::simple(404, &format!("Webhook subscription {wanted} not found")))
    }
}
