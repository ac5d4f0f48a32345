//! Repositories that commits belong to, and their commits.

use serde_json::Value;

use super::{error, page, shape};
use crate::wire::{
    call::{Call, Handled},
    route::{Access, Route},
};

const READ: Access = Access::Scopes(&[
    "org:read",
    "org:ci",
    "org:integrations",
    "org:write",
    "org:admin",
]);
const READ_COMMITS: Access = Access::Scopes(&["org:read", "org:write", "org:admin"]);

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", "/api/0/organizations/{org}/repos/", READ, list),
    Route::new(
        "GET",
        "/api/0/organizations/{org}/repos/{repo_id}/commits/",
        READ_COMMITS,
        commits,
    ),
];

fn list(call: &mut Call<'_>) -> Handled {
    let own = call.organization()?;
    let wanted = call.asked.query_value("query").unwrap_or_default();
    let found = own
        .repositories
        .iter()
        .filter(|one| one.name.contains(&wanted));
    let shapes: Vec<Value> = found.map(shape::repository).collect();
    page::page(call, &shapes)
}

fn commits(call: &mut Call<'_>) -> Handled {
    let own = call.organization()?;
    let wanted = call.param("repo_id");
    let mut all = own.repositories.iter();
    let home = all
        .find(|one| one.id.to_string() == wanted)
        .ok_or_else(error::missing)?;
    let found = own.commits.iter().filter(|one| one.repository == home.name);
    let shapes: Vec<Value> = found.map(|one| shape::commit(own, one)).collect();
    page::page(call, &shapes)
}
