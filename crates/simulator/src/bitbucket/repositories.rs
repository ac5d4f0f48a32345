//! Repositories: one, by name or by uuid, and those of a workspace.

use super::{error, page, shape, workspaces};
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
    let wanted = role(call)?;
    let all = world.repositories.iter();
    let found = all.filter(|one| one.workspace == home.slug && call.may_see(one) && wanted(one));
    let shapes = found.map(|one| shape::repository(call.base, world, one));
    page::listed(call, page::GENERAL, shapes.collect())
}

/// The `role` that the caller must have in a repository; credentials that are no person have every role.
fn role<'a>(call: &'a Call<'_>) -> Result<impl Fn(&Repository) -> bool + 'a, Answer> {
    let asked = call.asked.query_value("role");
    let levels: &[&str] = match asked.as_deref() {
        None | Some("member") => &["read", "write", "admin"],
        Some("contributor") => &["write", "admin"],
        Some("admin" | "owner") => &["admin"],
        Some(_) => return Err(error::field("role", "invalid role")),
    };
    let person = call.person();
    Ok(move |one: &Repository| {
        let own = person.map(|user| call.world.bitbucket.permission_on(one, &user.uuid));
        own.is_none_or(|own| asked.is_none() || own.is_some_and(|own| levels.contains(&own)))
    })
}
