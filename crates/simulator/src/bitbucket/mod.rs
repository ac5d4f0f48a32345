//! The Bitbucket half: `/2.0/…` as the public reference describes it, one small file per resource.

mod auth;
mod commits;
mod diffstat;
pub(crate) mod error;
mod fields;
mod filter;
mod hook_events;
mod hook_fields;
mod hooks;
mod page;
mod pull_requests;
mod rate;
mod refs;
mod removed;
mod repositories;
pub(crate) mod shape;
mod workspaces;

use crate::{
    wire::{
        asked::Asked,
        call::{Call, Handled},
        exchange::Reply,
        route::{self, Found, Route},
    },
    world::World,
};

/// Every endpoint; the first that fits a path wins.
const TABLES: &[&[Route]] = &[
    workspaces::ROUTES,
    removed::ROUTES,
    repositories::ROUTES,
    commits::ROUTES,
    diffstat::ROUTES,
    hooks::ROUTES,
    hook_events::ROUTES,
    refs::ROUTES,
    pull_requests::ROUTES,
];

/// Answers one request.
pub(crate) fn reply(asked: &Asked, world: &mut World, base: &str) -> Reply {
    let (route, params) = match route::find(TABLES, &asked.method, &asked.path) {
        Found::Route(route, params) => (route, params),
        Found::OtherMethod => return bare(error::simple(405, "Method not allowed")),
        Found::Nothing => return bare(error::simple(404, "Resource not found")),
    };
    let now = world.clock.now();
    let caller = match auth::identify(asked, &world.bitbucket, now) {
        Ok(caller) => caller,
        Err(answer) => {
            return Reply {
                template: Some(route.template),
                ..bare(answer)
            };
        }
    };
    let mut call = Call {
        asked,
        world,
        caller: caller.clone(),
        params,
        base,
        now,
    };
    let (Ok(answer) | Err(answer)) = handle(&mut call, route);
    Reply {
        answer: rate::announce(&call.world.bitbucket, &caller, answer),
        caller: Some(caller),
        template: Some(route.template),
    }
}

fn handle(call: &mut Call<'_>, route: &Route) -> Handled {
    rate::count(&mut call.world.bitbucket, &call.caller, call.now)?;
    auth::allow(call, route)?;
    let answer = (route.handler)(call)?;
    Ok(fields::trim(call.asked, answer))
}

fn bare(answer: crate::wire::answer::Answer) -> Reply {
    Reply {
        answer,
        caller: None,
        template: None,
    }
}
