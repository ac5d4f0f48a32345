//! The catalogue of event keys; anybody may read it.

use serde_json::{Value, json};

use super::{error, hook_fields, page};
use crate::wire::{
    answer::Answer,
    call::{Call, Handled},
    route::{Access, Route},
};

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", "/2.0/hook_events", Access::Anyone, subjects),
    Route::new(
        "GET",
        "/2.0/hook_events/{subject_type}",
        Access::Anyone,
        events,
    ),
];

fn subjects(call: &mut Call<'_>) -> Handled {
    let link = |subject: &str| {
        let href = format!("{}/2.0/hook_events/{subject}", call.base);
        json!({"links": {"events": {"href": href}}})
    };
    Ok(Answer::ok(&json!({
        "repository": link("repository"),
        "workspace": link("workspace"),
    })))
}

fn events(call: &mut Call<'_>) -> Handled {
    let subject = call.param("subject_type");
    if !["repository", "workspace"].contains(&subject) {
        return Err(error::simple(404, "Unknown subject type"));
    }
    // The tracker is gone: its events are still taken, but no longer offered.
    let offered = hook_fields::EVENTS
        .iter()
        .filter(|event| !event.starts_with("issue:"));
    let offered: Vec<&&str> = offered.collect();
    page::numbered(call, page::GENERAL, &offered, |event| shape(event))
}

fn shape(event: &str) -> Value {
    let (category, label) = event.split_once(':').unwrap_or((event, event));
    json!({
        "event": event,
        "category": category,
        "label": label.replace('_', " "),
        "description": format!("Whenever {label} happens to a {category}"),
    })
}
