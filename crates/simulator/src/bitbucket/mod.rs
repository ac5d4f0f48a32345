//! The Bitbucket half: `/2.0/…` as the public reference describes it, one small file per resource.

mod addon;
mod annotations;
mod auth;
mod commits;
mod diff;
mod diff_text;
mod diffstat;
pub(crate) mod error;
mod fields;
mod file_history;
mod filter;
mod hook_events;
mod hook_fields;
mod hooks;
mod issue_comments;
mod issues;
mod oauth;
mod page;
mod permissions;
mod pull_request_changes;
mod pull_request_comments;
mod pull_request_merge;
mod pull_request_shape;
mod pull_request_tasks;
mod pull_request_verdicts;
mod pull_requests;
mod rate;
mod ref_changes;
mod refs;
mod removed;
mod reports;
mod repositories;
mod reviewers;
mod search;
pub(crate) mod shape;
mod sources;
mod spec;
mod statuses;
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
    permissions::ROUTES,
    removed::ROUTES,
    repositories::ROUTES,
    commits::ROUTES,
    diffstat::ROUTES,
    diff::ROUTES,
    sources::ROUTES,
    file_history::ROUTES,
    hooks::ROUTES,
    hook_events::ROUTES,
    refs::ROUTES,
    ref_changes::ROUTES,
    // Before the single pull request, whose number `activity` is not.
    pull_request_verdicts::ROUTES,
    pull_requests::ROUTES,
    pull_request_changes::ROUTES,
    pull_request_comments::ROUTES,
    pull_request_tasks::ROUTES,
    reviewers::ROUTES,
    statuses::ROUTES,
    reports::ROUTES,
    annotations::ROUTES,
    issues::ROUTES,
    issue_comments::ROUTES,
    search::ROUTES,
    addon::ROUTES,
    oauth::ROUTES,
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
    if !oauth::is_site(&call.asked.path) {
        rate::count(&mut call.world.bitbucket, &call.caller, call.now)?;
    }
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
