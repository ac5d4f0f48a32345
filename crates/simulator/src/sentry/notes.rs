//! Comments on an issue; the same text by the same author is refused for an hour.

use jiff::SignedDuration;
use serde_json::Value;

use super::{error, issues, page, shape};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::Route,
    },
    world::Note,
};

const ALL: &str = "/api/0/organizations/{org}/issues/{issue_id}/notes/";

/// For how long a text may not be repeated.
const REPEAT_GUARD: SignedDuration = SignedDuration::from_hours(1);

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", ALL, issues::READ, list),
    Route::new("POST", ALL, issues::WRITE, create),
];

fn list(call: &mut Call<'_>) -> Handled {
    let place = call.issue()?;
    let own = call.organization()?;
    let shapes: Vec<Value> = own.issues[place]
        .notes
        .iter()
        .rev()
        .map(shape::note)
        .collect();
    page::page(call, &shapes)
}

fn create(call: &mut Call<'_>) -> Handled {
    let place = call.issue()?;
    let body = call.asked.json().unwrap_or_default();
    let text = body["text"].as_str().unwrap_or_default().to_owned();
    if text.trim().is_empty() {
        return Err(error::field("text", "This field may not be blank."));
    }
    let (now, author) = (call.now, call.caller.name.clone());
    let own = call.organization_mut()?;
    let count: usize = own.issues.iter().map(|issue| issue.notes.len()).sum();
    let notes = &mut own.issues[place].notes;
    let repeated = notes.iter().any(|note| {
        note.text == text
            && note.author == author
            && now.duration_since(note.created_at) < REPEAT_GUARD
    });
    if repeated {
        return Err(error::detail(400, "You have already posted that comment."));
    }
    let note = Note {
        id: count as u64 + 301,
        text,
        author,
        created_at: now,
    };
    let body = shape::note(&note);
    notes.push(note);
    Ok(Answer::json(201, &body))
}
