//! Repositories: one, by name or by uuid, and those of a workspace.

use super::{error, filter::Filter, page, shape, workspaces};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::Repository,
};

const READ: Access = Access::Scopes(&["repository"]);

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", "/2.0/repositories/{workspace}", READ, list),
    Route::new(
        "GET",
        "/2.0/repositories/{workspace}/{repo_slug}",
        READ,
        one,
    ),
];

fn one(call: &mut Call<'_>) -> Handled {
    let place = call.repository()?;
    let world = &call.world.bitbucket;
    let own = &world.repositories[place];
    Ok(Answer::ok(&shape::repository(call.base, world, own)))
}

fn list(call: &mut Call<'_>) -> Handled {
    let segment = call.param("workspace");
    let world = &call.world.bitbucket;
    let mut homes = world.workspaces.iter();
    let home = homes
        .find(|one| call.is_workspace(&one.slug, segment))
        .filter(|one| workspaces::reaches(call, &one.slug))
        .ok_or_else(|| error::no_workspace(segment))?;
    let filter = Filter::of(call)?;
    let mut found: Vec<&Repository> = world
        .repositories
        .iter()
        .filter(|one| {
            one.workspace == home.slug
                && call.may_see(one)
                && filter.keeps(&|field| told(one, field))
        })
        .collect();
    sort(&mut found, call.asked.query_value("sort").as_deref());
    page::numbered(call, page::GENERAL, &found, |one| {
        shape::repository(call.base, world, one)
    })
}

fn told(repository: &Repository, field: &str) -> Option<String> {
    match field {
        "name" => Some(repository.name.clone()),
        "slug" => Some(repository.slug.clone()),
        "full_name" => Some(repository.full_name()),
        "uuid" => Some(repository.uuid.clone()),
        _ => None,
    }
}

fn sort(found: &mut [&Repository], order: Option<&str>) {
    let descending = order.is_some_and(|order| order.starts_with('-'));
    match order.map(|order| order.trim_start_matches('-')) {
        Some("name") => found.sort_by(|left, right| left.name.cmp(&right.name)),
        Some("slug" | "full_name") => found.sort_by(|left, right| left.slug.cmp(&right.slug)),
        _ => {}
    }
    if descending {
        found.reverse();
    }
}
