//! The token probe, organizations, projects.

use serde_json::{Value, json};

use super::{page, shape};
use crate::wire::{
    answer::Answer,
    call::{Call, Handled},
    route::{Access, Route},
};

const READ: Access = Access::Scopes(&["org:read", "org:write", "org:admin"]);

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", "/api/0/", Access::Anyone, root),
    Route::new("GET", "/api/0/organizations/{org}/", READ, one),
    Route::new(
        "GET",
        "/api/0/organizations/{org}/projects/",
        READ,
        projects,
    ),
];

fn root(call: &mut Call<'_>) -> Handled {
    let known = !call.caller.scopes.is_empty();
    Ok(Answer::ok(&json!({
        "version": "0",
        "user": known.then(|| json!({"name": call.caller.name})),
        "auth": known.then(|| json!({"scopes": call.caller.scopes})),
    })))
}

fn one(call: &mut Call<'_>) -> Handled {
    let own = call.organization()?;
    Ok(Answer::ok(&shape::organization(call.base, own)))
}

fn projects(call: &mut Call<'_>) -> Handled {
    let own = call.organization()?;
    let shapes: Vec<Value> = own.projects.iter().map(shape::project).collect();
    page::page(call, &shapes)
}
