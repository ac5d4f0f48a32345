//! Issues: by short id, one, many, and their changes.

use serde_json::{Value, json};

use super::{assignment, error, page, resolution, shape, short_id};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::{Issue, Organization},
};

/// Any of these may read issues.
pub(super) const READ: Access = Access::Scopes(&["event:read", "event:write", "event:admin"]);
/// Any of these may change issues.
pub(super) const WRITE: Access = Access::Scopes(&["event:write", "event:admin"]);

const ALL: &str = "/api/0/organizations/{org}/issues/";
const ONE: &str = "/api/0/organizations/{org}/issues/{issue_id}/";

pub(super) const ROUTES: &[Route] = &[
    Route::new(
        "GET",
        "/api/0/organizations/{org}/shortids/{short_id}/",
        READ,
        by_short_id,
    ),
    Route::new("GET", ALL, READ, list),
    Route::new("PUT", ALL, WRITE, update_many),
    Route::new("GET", ONE, READ, one),
    Route::new("PUT", ONE, WRITE, update),
];

/// Most ids in one bulk change.
const MAX_IDS: usize = 1000;

fn by_short_id(call: &mut Call<'_>) -> Handled {
    let own = call.organization()?;
    let issue = own
        .issue(call.param("short_id"))
        .ok_or_else(error::missing)?;
    Ok(Answer::ok(&json!({
        "organizationSlug": own.slug,
        "projectSlug": issue.project,
        "groupId": issue.id.to_string(),
        "shortId": issue.short_id,
        "group": shape::issue(call.base, own, issue),
    })))
}

fn one(call: &mut Call<'_>) -> Handled {
    let place = call.issue()?;
    let own = call.organization()?;
    Ok(Answer::ok(&shape::issue(
        call.base,
        own,
        &own.issues[place],
    )))
}

/// `query` may be a short id (with `shortIdLookup=1`), `is:<status>` words, or text that the title contains.
fn list(call: &mut Call<'_>) -> Handled {
    let own = call.organization()?;
    let query = call.asked.query_value("query").unwrap_or_default();
    let lookup = call
        .asked
        .query_value("shortIdLookup")
        .is_some_and(|value| value == "1");
    let direct = own.issue(&query).filter(|_| lookup);
    let found: Vec<&Issue> = match direct {
        Some(issue) => vec![issue],
        None => own
            .issues
            .iter()
            .filter(|issue| fits(issue, &query))
            .collect(),
    };
    let shapes: Vec<Value> = found
        .iter()
        .map(|issue| shape::issue(call.base, own, issue))
        .collect();
    page::page(call, &shapes)
}

fn fits(issue: &Issue, query: &str) -> bool {
    query
        .split_whitespace()
        .all(|word| match word.strip_prefix("is:") {
            Some(status) => issue.status == status,
            None => issue.title.to_lowercase().contains(&word.to_lowercase()),
        })
}

fn update(call: &mut Call<'_>) -> Handled {
    let place = call.issue()?;
    let change = change(call)?;
    let own = call.organization_mut()?;
    let assignee = assignment::read(own, &change)?;
    resolution::apply(own, &[place], &change)?;
    assignment::apply(own, &[place], assignee);
    one(call)
}

fn update_many(call: &mut Call<'_>) -> Handled {
    let pairs = call.asked.query_pairs();
    let ids: Vec<&str> = pairs
        .iter()
        .filter(|(name, _)| name == "id")
        .map(|(_, id)| id.as_str())
        .collect();
    if ids.is_empty() {
        // The real server would change every issue that matches: nobody may ever send that.
        return Err(error::detail(
            400,
            "Refused: a bulk change without ids would change everything.",
        ));
    }
    if ids.len() > MAX_IDS {
        return Err(error::detail(400, "Too many ids; at most 1000."));
    }
    let change = change(call)?;
    let own = call.organization_mut()?;
    let places = found(own, &ids);
    if places.is_empty() {
        return Ok(Answer::empty(204));
    }
    let assignee = assignment::read(own, &change)?;
    resolution::apply(own, &places, &change)?;
    assignment::apply(own, &places, assignee);
    Ok(Answer::ok(&change))
}

fn found(own: &Organization, ids: &[&str]) -> Vec<usize> {
    let numbered = own.issues.iter().enumerate();
    let wanted = numbered.filter(|(_, issue)| ids.contains(&issue.id.to_string().as_str()));
    wanted.map(|(place, _)| place).collect()
}

fn change(call: &Call<'_>) -> Result<Value, Answer> {
    let body = call.asked.json().filter(Value::is_object);
    body.ok_or_else(|| error::detail(400, "JSON parse error"))
}

impl Call<'_> {
    /// The place of the issue in the path, by number or by short id.
    pub(super) fn issue(&self) -> Result<usize, Answer> {
        let wanted = self.param("issue_id");
        let short = short_id::canonical(wanted);
        let all = &self.organization()?.issues;
        let place = all
            .iter()
            .position(|one| one.id.to_string() == wanted || Some(&one.short_id) == short.as_ref());
        place.ok_or_else(error::missing)
    }
}
