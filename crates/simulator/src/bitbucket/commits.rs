//! Commits: one, and ranges by include and exclude, by GET and by form POST.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    error,
    page::{self, Cut, Window},
    shape, spec,
};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::{Commit, Repository, history},
};

const READ: Access = Access::Scopes(&["repository"]);
const LIST: &str = "/2.0/repositories/{workspace}/{repo_slug}/commits";
const OF_REVISION: &str = "/2.0/repositories/{workspace}/{repo_slug}/commits/{revision}";
const ONE: &str = "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}";
const MERGE_BASE: &str = "/2.0/repositories/{workspace}/{repo_slug}/merge-base/{revspec}";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", LIST, READ, list),
    Route::new("POST", LIST, READ, list),
    Route::new("GET", OF_REVISION, READ, list),
    Route::new("POST", OF_REVISION, READ, list),
    Route::new("GET", ONE, READ, one),
    Route::new("GET", MERGE_BASE, READ, merge_base),
];

const PAGES: Cut = Cut {
    default: 30,
    max: 100,
};

/// What a listing is about, with every name resolved; this is what the opaque `ctx` of a next link holds.
#[derive(Debug, Serialize, Deserialize)]
struct Range {
    include: Vec<String>,
    exclude: Vec<String>,
    paths: Vec<String>,
}

fn one(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    let wanted = call.param("commit");
    let commit = history::resolve(own, wanted).and_then(|sha| own.commit(&sha).cloned());
    let commit = commit.ok_or_else(|| error::no_commit(wanted))?;
    Ok(Answer::ok(&shape::commit(
        call.base,
        &call.world.bitbucket,
        own,
        &commit,
    )))
}

fn list(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    let range = match call.asked.query_value("ctx") {
        Some(context) => decode(&context).ok_or_else(|| error::simple(400, "Invalid ctx"))?,
        None => asked_range(call, own)?,
    };
    let mut commits = history::range(own, &range.include, &range.exclude);
    commits.retain(|commit| touches(commit, &range.paths));
    let window = Window::of(call, PAGES)?;
    let (part, more) = window.slice(&commits);
    let values: Vec<Value> = part
        .iter()
        .map(|commit| shape::commit(call.base, &call.world.bitbucket, own, commit))
        .collect();
    let mut answer = json!({"values": values, "pagelen": window.length});
    if more {
        answer["next"] = next(call, &range, window).into();
    }
    Ok(Answer::ok(&answer))
}

/// Everything that the query, the form and the path name.
fn asked_range(call: &Call<'_>, own: &Repository) -> Result<Range, Answer> {
    let mut pairs = call.asked.query_pairs();
    if call.asked.method == "POST" {
        require_form(call)?;
        pairs.extend(call.asked.form());
    }
    let named = |wanted: &str| -> Vec<String> {
        let own = pairs.iter().filter(|(name, _)| name == wanted);
        own.map(|(_, value)| value.clone()).collect()
    };
    let mut include = named("include");
    if !call.param("revision").is_empty() {
        include.push(call.param("revision").to_owned());
    }
    let mut include = resolve_all(own, &include)?;
    if include.is_empty() {
        include.extend(own.branches.values().cloned());
        include.extend(own.tags.values().map(|tag| tag.target.clone()));
    }
    Ok(Range {
        include,
        exclude: resolve_all(own, &named("exclude"))?,
        paths: named("path"),
    })
}

fn require_form(call: &Call<'_>) -> Result<(), Answer> {
    let kind = call.asked.header("content-type").unwrap_or_default();
    match call.asked.body.is_empty() || kind.starts_with("application/x-www-form-urlencoded") {
        true => Ok(()),
        false => Err(error::simple(415, "Unsupported media type; send a form.")),
    }
}

fn resolve_all(own: &Repository, revisions: &[String]) -> Result<Vec<String>, Answer> {
    let resolved = revisions
        .iter()
        .map(|revision| history::resolve(own, revision).ok_or_else(|| error::no_commit(revision)));
    resolved.collect()
}

fn touches(commit: &Commit, paths: &[String]) -> bool {
    let mut files = commit.files.iter();
    paths.is_empty() || files.any(|file| spec::is_below(&file.path, paths))
}

/// A cursor-like link: what was asked travels in `ctx`, so that it holds after branches moved and after a POST.
fn next(call: &Call<'_>, range: &Range, window: Window) -> String {
    let context = URL_SAFE_NO_PAD.encode(serde_json::to_vec(range).unwrap_or_default());
    let mut pairs = vec![
        ("ctx".to_owned(), context),
        ("page".to_owned(), (window.page + 1).to_string()),
    ];
    let kept = call.asked.query_pairs().into_iter();
    pairs.extend(kept.filter(|(name, _)| name == "pagelen" || name == "fields"));
    format!("{}{}?{}", call.base, call.asked.path, page::query(&pairs))
}

fn decode(context: &str) -> Option<Range> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(context).ok()?).ok()
}

fn merge_base(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    let spec = call.param("revspec");
    let (left, right) = spec
        .split_once("..")
        .ok_or_else(|| error::simple(400, "Invalid revspec"))?;
    let sides = resolve_all(own, &[left.to_owned(), right.to_owned()])?;
    let base = history::merge_base(own, &sides[0], &sides[1]);
    let commit = base.and_then(|sha| own.commit(&sha).cloned());
    let commit = commit.ok_or_else(|| error::no_commit(spec))?;
    Ok(Answer::ok(&shape::commit(
        call.base,
        &call.world.bitbucket,
        own,
        &commit,
    )))
}

impl Call<'_> {
    /// The repository in the path, for reading.
    pub(super) fn repository_here(&self) -> Result<&Repository, Answer> {
        let place = self.repository()?;
        Ok(&self.world.bitbucket.repositories[place])
    }
}
