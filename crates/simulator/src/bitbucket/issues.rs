//! Issues of Bitbucket's own tracker, as long as there is one; it is gone by default: 410 whoever asks.

use serde_json::{Value, json};

use super::{auth, error, hook_fields, page, shape};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::{Repository, TrackerIssue},
};

const ALL: &str = "/2.0/repositories/{workspace}/{repo_slug}/issues";
const ONE: &str = "/2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", ALL, Access::Anyone, list),
    Route::new("POST", ALL, Access::Anyone, create),
    Route::new("GET", ONE, Access::Anyone, read),
    Route::new("PUT", ONE, Access::Anyone, update),
    Route::new("DELETE", ONE, Access::Anyone, delete),
];

const KINDS: [&str; 4] = ["bug", "enhancement", "proposal", "task"];
const PRIORITIES: [&str; 5] = ["trivial", "minor", "major", "critical", "blocker"];
const STATES: [&str; 8] = [
    "new",
    "open",
    "resolved",
    "on hold",
    "invalid",
    "duplicate",
    "wontfix",
    "closed",
];

fn shaped(call: &Call<'_>, own: &Repository, one: &TrackerIssue) -> Value {
    json!({
        "type": "issue",
        "id": one.id,
        "title": one.title,
        "content": {"type": "rendered", "raw": one.content, "markup": "markdown", "html": ""},
        "kind": one.kind,
        "priority": one.priority,
        "state": one.state,
        "reporter": call.account(&one.reporter),
        "assignee": Value::Null,
        "votes": 0,
        "repository": shape::repository_brief(call.base, own),
        "created_on": one.created_on,
        "updated_on": one.updated_on,
        "links": {
            "self": {"href": root(call, own, one)},
            "html": {"href": format!("{}/{}/issues/{}", shape::SITE, own.full_name(), one.id)},
        },
    })
}

/// Where an issue is.
pub(super) fn root(call: &Call<'_>, own: &Repository, one: &TrackerIssue) -> String {
    let name = own.full_name();
    format!("{}/2.0/repositories/{name}/issues/{}", call.base, one.id)
}

fn list(call: &mut Call<'_>) -> Handled {
    call.tracker("issue")?;
    let own = call.repository_here()?;
    let shapes = own.issues.iter().map(|one| shaped(call, own, one));
    page::listed(call, page::GENERAL, shapes.collect())
}

fn read(call: &mut Call<'_>) -> Handled {
    call.tracker("issue")?;
    let (place, number) = call.tracker_issue()?;
    let own = &call.world.bitbucket.repositories[place];
    Ok(Answer::ok(&shaped(call, own, &own.issues[number])))
}

fn create(call: &mut Call<'_>) -> Handled {
    call.tracker("issue:write")?;
    let place = call.repository()?;
    let own = &call.world.bitbucket.repositories[place];
    let mut made = TrackerIssue {
        id: own.issues.iter().map(|one| one.id).max().unwrap_or(0) + 1,
        title: String::new(),
        content: String::new(),
        kind: "bug".to_owned(),
        priority: "major".to_owned(),
        state: "new".to_owned(),
        reporter: call.actor(),
        comments: Vec::new(),
        created_on: call.now,
        updated_on: call.now,
    };
    apply(call, &mut made)?;
    if made.title.is_empty() {
        return Err(error::field("title", "required key not provided"));
    }
    let (shape, location) = (shaped(call, own, &made), root(call, own, &made));
    call.world.bitbucket.repositories[place].issues.push(made);
    Ok(Answer::json(201, &shape).with_header("location", &location))
}

fn update(call: &mut Call<'_>) -> Handled {
    call.tracker("issue:write")?;
    let (place, number) = call.tracker_issue()?;
    let mut changed = call.world.bitbucket.repositories[place].issues[number].clone();
    apply(call, &mut changed)?;
    changed.updated_on = call.now;
    call.world.bitbucket.repositories[place].issues[number] = changed;
    read(call)
}

fn apply(call: &Call<'_>, one: &mut TrackerIssue) -> Result<(), Answer> {
    let body = Value::Object(hook_fields::read(call)?);
    if let Some(title) = body["title"].as_str() {
        title.clone_into(&mut one.title);
    }
    if let Some(raw) = body["content"]["raw"].as_str() {
        raw.clone_into(&mut one.content);
    }
    for (name, known, own) in [
        ("kind", &KINDS[..], &mut one.kind),
        ("priority", &PRIORITIES[..], &mut one.priority),
        ("state", &STATES[..], &mut one.state),
    ] {
        match body[name].as_str() {
            None => {}
            Some(value) if known.contains(&value) => value.clone_into(own),
            Some(value) => {
                return Err(error::field(
                    name,
                    &format!("{value} is not a valid choice"),
                ));
            }
        }
    }
    Ok(())
}

fn delete(call: &mut Call<'_>) -> Handled {
    call.tracker("issue:write")?;
    let (place, number) = call.tracker_issue()?;
    call.world.bitbucket.repositories[place]
        .issues
        .remove(number);
    Ok(Answer::empty(204))
}

impl Call<'_> {
    /// Whether there is a tracker at all, and then whether the caller may use it so.
    pub(super) fn tracker(&self, scope: &'static str) -> Result<(), Answer> {
        match self.world.bitbucket.issue_tracker {
            true => auth::require_scope(self, scope),
            false => Err(error::removed("CHANGE-3071")),
        }
    }

    /// The places of the repository and the issue in the path.
    pub(super) fn tracker_issue(&self) -> Result<(usize, usize), Answer> {
        let place = self.repository()?;
        let id: Option<u64> = self.param("issue_id").parse().ok();
        let mut all = self.world.bitbucket.repositories[place].issues.iter();
        let number = all.position(|one| Some(one.id) == id);
        number
            .map(|number| (place, number))
            .ok_or_else(|| error::simple(404, "Issue not found"))
    }
}
