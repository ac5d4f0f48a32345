//! Branches and tags.

use serde_json::{Value, json};

use super::{filter::Filter, page, shape};
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

/// `q` on `name`; `sort` by name, either way.
fn listed(call: &Call<'_>, mut names: Vec<Named<'_>>) -> Handled {
    let filter = Filter::of(call)?;
    names.retain(|(name, _)| filter.keeps(&|field| (field == "name").then(|| (*name).clone())));
    if call.asked.query_value("sort").as_deref() == Some("-name") {
        names.reverse();
    }
    page::numbered(
        call,
        page::GENERAL,
        &names,
        |(name, is_branch)| match is_branch {
            true => branch_shape(call, name),
            false => tag_shape(call, name),
        },
    )
}

fn branch(call: &mut Call<'_>) -> Handled {
    found(branch_shape(call, call.param("name")), call.param("name"))
}

fn tag(call: &mut Call<'_>) -> Handled {
    found(tag_shape(call, call.param("name")), call.param("name"))
}

fn found(shape: Value, name: &str) -> Handled {
    match shape {
        Value::Null => Err(no_ref(name)),
        shape => Ok(Answer::ok(&shape)),
    }
}

fn no_ref(name: &str) -> Answer {
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
