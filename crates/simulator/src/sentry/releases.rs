//! Releases: post, put, read, their commits and changed files.

use serde_json::{Value, json};

use super::{
    error, page, release_commits,
    release_input::{self, ReleaseInput},
    shape,
};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::{Organization, Release, ReleaseCommit},
};

/// Any of these may write releases.
pub(super) const WRITE: Access = Access::Scopes(&[
    "org:ci",
    "project:releases",
    "project:write",
    "project:admin",
]);
/// Any of these may read releases.
pub(super) const READ: Access = Access::Scopes(&[
    "org:ci",
    "project:releases",
    "project:write",
    "project:admin",
    "project:read",
]);
const READ_FILES: Access = Access::Scopes(&["project:releases"]);

const ALL: &str = "/api/0/organizations/{org}/releases/";
const ONE: &str = "/api/0/organizations/{org}/releases/{version}/";
const COMMITS: &str = "/api/0/organizations/{org}/releases/{version}/commits/";
const FILES: &str = "/api/0/organizations/{org}/releases/{version}/commitfiles/";
const PREVIOUS: &str = "/api/0/organizations/{org}/releases/{version}/previous-with-commits/";

pub(super) const ROUTES: &[Route] = &[
    Route::new("POST", ALL, WRITE, create),
    Route::new("GET", ALL, READ, list),
    Route::new("PUT", ONE, WRITE, update),
    Route::new("GET", ONE, READ, one),
    Route::new("GET", COMMITS, READ, commits),
    Route::new("GET", FILES, READ_FILES, files),
    Route::new("GET", PREVIOUS, READ, previous),
];

fn create(call: &mut Call<'_>) -> Handled {
    let organization = call.organization_place()?;
    let input = release_input::read(call, true)?;
    let version = input.version.clone().unwrap_or_default();
    let now = call.now;
    let own = &mut call.world.sentry.organizations[organization];
    let (place, newly_tied) = match own.releases.iter().position(|one| one.version == version) {
        Some(place) => (place, tie(&mut own.releases[place], &input.projects)),
        None => {
            own.releases.push(fresh(own.releases.len(), version, now));
            let place = own.releases.len() - 1;
            tie(&mut own.releases[place], &input.projects);
            (place, true)
        }
    };
    apply(call, organization, place, input)?;
    let own = &call.world.sentry.organizations[organization];
    let status = if newly_tied { 201 } else { 208 };
    Ok(Answer::json(
        status,
        &shape::release(own, &own.releases[place]),
    ))
}

fn fresh(count: usize, version: String, now: jiff::Timestamp) -> Release {
    Release {
        id: count as u64 + 501,
        version,
        projects: Vec::new(),
        git_ref: None,
        url: None,
        created_at: now,
        released_at: None,
        commits: Vec::new(),
        deploys: Vec::new(),
    }
}

/// Ties projects to a release; says whether any was not tied before.
fn tie(release: &mut Release, projects: &[String]) -> bool {
    let before = release.projects.len();
    for project in projects {
        if !release.projects.contains(project) {
            release.projects.push(project.clone());
        }
    }
    release.projects.len() > before
}

fn update(call: &mut Call<'_>) -> Handled {
    let organization = call.organization_place()?;
    let place = call.release()?;
    let input = release_input::read(call, false)?;
    apply(call, organization, place, input)?;
    one(call)
}

fn apply(
    call: &mut Call<'_>,
    organization: usize,
    place: usize,
    input: ReleaseInput,
) -> Result<(), Answer> {
    let resolves = call.world.sentry.resolves_from_messages;
    let own = &mut call.world.sentry.organizations[organization];
    let release = &mut own.releases[place];
    release.git_ref = input.git_ref.or(release.git_ref.take());
    release.url = input.url.or(release.url.take());
    release.released_at = input.released_at.or(release.released_at.take());
    if let Some(commits) = input.commits {
        release_commits::replace(own, place, commits, resolves)?;
    }
    Ok(())
}

fn list(call: &mut Call<'_>) -> Handled {
    let own = call.organization()?;
    let wanted = call.asked.query_value("query").unwrap_or_default();
    let found = own
        .releases
        .iter()
        .rev()
        .filter(|one| one.version.contains(&wanted));
    let shapes: Vec<Value> = found.map(|one| shape::release(own, one)).collect();
    page::page(call, &shapes)
}

fn one(call: &mut Call<'_>) -> Handled {
    let place = call.release()?;
    let own = call.organization()?;
    Ok(Answer::ok(&shape::release(own, &own.releases[place])))
}

fn commits(call: &mut Call<'_>) -> Handled {
    let place = call.release()?;
    let own = call.organization()?;
    let ties = own.releases[place].commits.iter();
    let known = ties.filter_map(|tie| shape::tracked(own, &tie.repository, &tie.sha));
    let shapes: Vec<Value> = known.map(|one| shape::commit(own, one)).collect();
    page::page(call, &shapes)
}

fn files(call: &mut Call<'_>) -> Handled {
    let place = call.release()?;
    let own = call.organization()?;
    let ties = own.releases[place].commits.iter();
    let shapes: Vec<Value> = ties.flat_map(|tie| changed_files(own, tie)).collect();
    page::page(call, &shapes)
}

fn changed_files(own: &Organization, tie: &ReleaseCommit) -> Vec<Value> {
    let Some(commit) = shape::tracked(own, &tie.repository, &tie.sha) else {
        return Vec::new();
    };
    let shape = |(path, kind): &(String, String)| {
        json!({
            "orgId": own.id,
            "repoName": tie.repository,
            "commitMessage": commit.message,
            "filename": path,
            "type": kind,
            "author": {"name": commit.author_name, "email": commit.author_email},
        })
    };
    commit.patch_set.iter().map(shape).collect()
}

/// The last release before this one that has commits; an empty object if there is none.
fn previous(call: &mut Call<'_>) -> Handled {
    let place = call.release()?;
    let own = call.organization()?;
    let tied = &own.releases[place].projects;
    let before = own.releases[..place].iter().rev().find(|one| {
        !one.commits.is_empty() && one.projects.iter().any(|project| tied.contains(project))
    });
    let shape = before.map_or_else(|| json!({}), |one| shape::release(own, one));
    Ok(Answer::ok(&shape))
}

impl Call<'_> {
    /// The place of the release in the path.
    pub(super) fn release(&self) -> Result<usize, Answer> {
        let version = self.param("version");
        let all = &self.organization()?.releases;
        let place = all.iter().position(|one| one.version == version);
        place.ok_or_else(error::missing)
    }
}
