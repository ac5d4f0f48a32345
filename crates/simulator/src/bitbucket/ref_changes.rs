//! Branches and tags made and removed.

use serde_json::Value;

use super::{error, hook_fields, refs};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::{Tag, history},
};

const WRITE: Access = Access::Scopes(&["repository:write"]);
const BRANCHES: &str = "/2.0/repositories/{workspace}/{repo_slug}/refs/branches";
const BRANCH: &str = "/2.0/repositories/{workspace}/{repo_slug}/refs/branches/{name}";
const TAGS: &str = "/2.0/repositories/{workspace}/{repo_slug}/refs/tags";
const TAG: &str = "/2.0/repositories/{workspace}/{repo_slug}/refs/tags/{name}";

pub(super) const ROUTES: &[Route] = &[
    Route::new("POST", BRANCHES, WRITE, create_branch),
    Route::new("DELETE", BRANCH, WRITE, delete_branch),
    Route::new("POST", TAGS, WRITE, create_tag),
    Route::new("DELETE", TAG, WRITE, delete_tag),
];

/// A new reference as a request gives it.
struct New {
    name: String,
    target: String,
    message: Option<String>,
}

fn read(call: &Call<'_>) -> Result<New, Answer> {
    let own = call.repository_here()?;
    let body = Value::Object(hook_fields::read(call)?);
    let name = body["name"].as_str().filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| error::field("name", "required key not provided"))?;
    let target = body["target"]["hash"].as_str();
    let target = target.ok_or_else(|| error::field("target", "hash is required"))?;
    let target = history::resolve(own, target);
    let target = target.ok_or_else(|| error::field("target", "the commit does not exist"))?;
    Ok(New {
        name: name.to_owned(),
        target,
        message: body["message"].as_str().map(str::to_owned),
    })
}

fn exists(name: &str) -> Answer {
    error::simple(400, &format!("Reference \"{name}\" already exists."))
}

fn create_branch(call: &mut Call<'_>) -> Handled {
    let new = read(call)?;
    let place = call.repository()?;
    let own = &mut call.world.bitbucket.repositories[place];
    if own.branches.contains_key(&new.name) {
        return Err(exists(&new.name));
    }
    own.branches.insert(new.name.clone(), new.target);
    call.params.insert("name", new.name);
    created(refs::branch(call)?)
}

fn create_tag(call: &mut Call<'_>) -> Handled {
    let new = read(call)?;
    let place = call.repository()?;
    let own = &mut call.world.bitbucket.repositories[place];
    if own.tags.contains_key(&new.name) {
        return Err(exists(&new.name));
    }
    let tag = Tag {
        target: new.target,
        message: new.message,
    };
    own.tags.insert(new.name.clone(), tag);
    call.params.insert("name", new.name);
    created(refs::tag(call)?)
}

fn created(answer: Answer) -> Handled {
    Ok(Answer {
        status: 201,
        ..answer
    })
}

fn delete_branch(call: &mut Call<'_>) -> Handled {
    let place = call.repository()?;
    let name = call.param("name").to_owned();
    let own = &mut call.world.bitbucket.repositories[place];
    if own.main_branch.as_ref() == Some(&name) {
        return Err(error::simple(400, "The main branch cannot be deleted."));
    }
    match own.branches.remove(&name) {
        Some(_) => Ok(Answer::empty(204)),
        None => Err(refs::no_ref(&name)),
    }
}

fn delete_tag(call: &mut Call<'_>) -> Handled {
    let place = call.repository()?;
    let name = call.param("name").to_owned();
    let own = &mut call.world.bitbucket.repositories[place];
    match own.tags.remove(&name) {
        Some(_) => Ok(Answer::empty(204)),
        None => Err(refs::no_ref(&name)),
    }
}
