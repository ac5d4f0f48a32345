//! Branches and tags.

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

/// `q` and `sort` on any field.
fn listed(call: &Call<'_>, names: Vec<Named<'_>>) -> Handled {
    let shapes = names.iter().map(|(name, is_branch)| match is_branch {
        true => branch_shape(call, name),
        false => tag_shape(call, name),
    });
    page::listed(call, page::GENERAL, shapes.collect())
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
