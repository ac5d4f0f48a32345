//! Build statuses of commits.

use serde_json::{Map, Value, json};

use super::{error, hook_fields, page, shape as shapes};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
        text,
    },
    world::{BuildStatus, Repository, history},
};

const ACCESS: Access = Access::Scopes(&["repository"]);
const ALL: &str = "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/statuses";
const BUILD: &str = "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/statuses/build";
const ONE: &str = "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/statuses/build/{key}";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", ALL, ACCESS, list),
    Route::new("POST", BUILD, ACCESS, create),
    Route::new("GET", ONE, ACCESS, read),
    Route::new("PUT", ONE, ACCESS, update),
];

const STATES: [&str; 4] = ["SUCCESSFUL", "FAILED", "INPROGRESS", "STOPPED"];

/// `build`, a `commit_status`.
pub(super) fn shape(call: &Call<'_>, own: &Repository, one: &BuildStatus) -> Value {
    let root = format!("{}/2.0/repositories/{}", call.base, own.full_name());
    let commit = format!("{root}/commit/{}", one.commit);
    json!({
        "type": "build",
        "key": one.key,
        "state": one.state,
        "name": one.name,
        "url": one.url,
        "description": one.description,
        "refname": one.refname,
        "created_on": one.created_on,
        "updated_on": one.updated_on,
        "repository": shapes::repository_brief(call.base, own),
        "commit": {"type": "commit", "hash": one.commit, "links": {"self": {"href": commit}}},
        "links": {
            "self": {"href": format!("{commit}/statuses/build/{}", text::encode(&one.key))},
            "commit": {"href": commit},
        },
    })
}

/// With `refname`, those of that branch or tag and those of none.
fn list(call: &mut Call<'_>) -> Handled {
    let (own, sha) = call.commit_here()?;
    let asked = call.asked.query_value("refname");
    let fits = |refname: &Option<String>| asked.is_none() || refname.is_none() || *refname == asked;
    let here = own.statuses.iter().filter(|one| one.commit == sha);
    let wanted = here.filter(|one| fits(&one.refname));
    let shapes = wanted.map(|one| shape(call, own, one));
    page::listed(call, page::GENERAL, shapes.collect())
}

fn read(call: &mut Call<'_>) -> Handled {
    let (own, sha) = call.commit_here()?;
    let key = call.param("key");
    let mut all = own.statuses.iter();
    let found = all.find(|one| one.commit == sha && one.key == key);
    let found = found.ok_or_else(|| error::simple(404, "Build status not found"))?;
    Ok(Answer::ok(&shape(call, own, found)))
}

/// One with the same key is replaced.
fn create(call: &mut Call<'_>) -> Handled {
    let (_, sha) = call.commit_here()?;
    let fields = hook_fields::read(call)?;
    let Some(key) = text_of(&fields, "key") else {
        return Err(error::field("key", "required key not provided"));
    };
    if !fields.contains_key("state") {
        return Err(error::field("state", "required key not provided"));
    }
    let mut made = BuildStatus {
        commit: sha.clone(),
        key: key.clone(),
        state: String::new(),
        name: None,
        url: None,
        description: None,
        refname: None,
        created_on: call.now,
        updated_on: call.now,
    };
    apply(&mut made, &fields)?;
    let place = call.repository()?;
    let statuses = &mut call.world.bitbucket.repositories[place].statuses;
    let mut all = statuses.iter_mut();
    match all.find(|one| one.commit == sha && one.key == key) {
        Some(known) => {
            made.created_on = known.created_on;
            *known = made;
        }
        None => statuses.push(made),
    }
    call.params.insert("key", key);
    let answer = read(call)?;
    Ok(Answer {
        status: 201,
        ..answer
    })
}

fn update(call: &mut Call<'_>) -> Handled {
    read(call)?;
    let (_, sha) = call.commit_here()?;
    let (place, key, now) = (call.repository()?, call.param("key").to_owned(), call.now);
    let fields = hook_fields::read(call)?;
    if text_of(&fields, "key").is_some_and(|own| own != key) {
        return Err(error::field("key", "cannot be changed"));
    }
    let mut all = call.world.bitbucket.repositories[place].statuses.iter_mut();
    if let Some(known) = all.find(|one| one.commit == sha && one.key == key) {
        let mut changed = known.clone();
        apply(&mut changed, &fields)?;
        changed.updated_on = now;
        *known = changed;
    }
    read(call)
}

fn apply(one: &mut BuildStatus, fields: &Map<String, Value>) -> Result<(), Answer> {
    if let Some(state) = fields.get("state") {
        let state = state.as_str().unwrap_or_default();
        if !STATES.contains(&state) {
            return Err(error::field("state", "invalid state"));
        }
        state.clone_into(&mut one.state);
    }
    for (name, own) in [
        ("name", &mut one.name),
        ("url", &mut one.url),
        ("description", &mut one.description),
        ("refname", &mut one.refname),
    ] {
        if let Some(text) = text_of(fields, name) {
            *own = Some(text);
        }
    }
    Ok(())
}

fn text_of(fields: &Map<String, Value>, name: &str) -> Option<String> {
    fields.get(name)?.as_str().map(str::to_owned)
}

impl Call<'_> {
    /// The repository and the full hash of the commit in the path.
    pub(super) fn commit_here(&self) -> Result<(&Repository, String), Answer> {
        let own = self.repository_here()?;
        let revision = self.param("commit");
        let sha = history::resolve(own, revision).ok_or_else(|| error::no_commit(revision))?;
        Ok((own, sha))
    }
}
