//! Branches and tags.

use std::cmp::Reverse;

use serde_json::{Value, json};

use super::{page, shape};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::Repository,
};

const READ: Access = Access::Scopes(&["repository"]);
const ALL: &str = "/2.0/repositories/{workspace}/{repo_slug}/refs";
const BRANCHES: &str = "/2.0/repositories/{workspace}/{repo_slug}/refs/branches";
const BRANCH: &str = "/2.0/repositories/{workspace}/{repo_slug}/refs/branches/{name}";
const TAGS: &str = "/2.0/repositories/{workspace}/{repo_slug}/refs/tags";
const TAG: &str = "/2.0/repositories/{workspace}/{repo_slug}/refs/tags/{name}";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", ALL, READ, all),
    Route::new("GET", BRANCHES, READ, branches),
    Route::new("GET", BRANCH, READ, branch),
    Route::new("GET", TAGS, READ, tags),
    Route::new("GET", TAG, READ, tag),
];

/// A name in the list; whether it is a branch.
type Named<'a> = (&'a String, bool);

fn all(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    listed(
        call,
        own.branches
            .keys()
            .map(|name| (name, true))
            .chain(tags_of(own))
            .collect(),
    )
}

fn branches(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    listed(call, own.branches.keys().map(|name| (name, true)).collect())
}

fn tags(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    listed(call, tags_of(own).collect())
}

fn tags_of(own: &Repository) -> impl Iterator<Item = Named<'_>> {
    own.tags.keys().map(|name| (name, false))
}

/// `q` and `sort` on any field; by name, numbers within count as numbers.
fn listed(call: &Call<'_>, mut names: Vec<Named<'_>>) -> Handled {
    match call.asked.query_value("sort").as_deref() {
        Some("name") => names.sort_by_key(|(name, _)| natural(name)),
        Some("-name") => names.sort_by_key(|(name, _)| Reverse(natural(name))),
        _ => {}
    }
    let shapes = names.iter().map(|(name, is_branch)| match is_branch {
        true => branch_shape(call, name),
        false => tag_shape(call, name),
    });
    let shapes: Vec<Value> = shapes.collect();
    match call.asked.query_value("sort").as_deref() {
        Some("name" | "-name") => page::filtered(call, page::GENERAL, shapes),
        _ => page::listed(call, page::GENERAL, shapes),
    }
}

/// A name cut into texts and numbers: `branch10` stands after `branch2`.
fn natural(name: &str) -> Vec<(u64, String)> {
    let mut parts: Vec<(u64, String)> = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let is_number = rest.starts_with(|one: char| one.is_ascii_digit());
        let end = rest.find(|one: char| one.is_ascii_digit() != is_number);
        let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
        parts.push(match part.parse() {
            Ok(number) => (number, String::new()),
            // After every number, as letters stand after digits.
            Err(_) => (u64::MAX, part.to_owned()),
        });
        rest = after;
    }
    parts
}

pub(super) fn branch(call: &mut Call<'_>) -> Handled {
    found(branch_shape(call, call.param("name")), call.param("name"))
}

pub(super) fn tag(call: &mut Call<'_>) -> Handled {
    found(tag_shape(call, call.param("name")), call.param("name"))
}

fn found(shape: Value, name: &str) -> Handled {
    match shape {
        Value::Null => Err(no_ref(name)),
        shape => Ok(Answer::ok(&shape)),
    }
}

pub(super) fn no_ref(name: &str) -> Answer {
    let body = json!({
        "type": "error",
        "error": {"message": format!("Reference \"{name}\" does not exist."), "data": {"ref": name}},
    });
    Answer::json(404, &body)
}

/// `null` if there is no such branch or repository.
fn branch_shape(call: &Call<'_>, name: &str) -> Value {
    let Ok(own) = call.repository_here() else {
        return Value::Null;
    };
    let sha = own.branches.get(name);
    sha.map_or(Value::Null, |sha| {
        shape::branch(call.base, &call.world.bitbucket, own, name, sha)
    })
}

/// `null` if there is no such tag or repository.
fn tag_shape(call: &Call<'_>, name: &str) -> Value {
    let Ok(own) = call.repository_here() else {
        return Value::Null;
    };
    let tag = own.tags.get(name);
    tag.map_or(Value::Null, |tag| {
        shape::tag(call.base, &call.world.bitbucket, own, name, tag)
    })
}
