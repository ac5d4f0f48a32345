//! The Sentry half: `/api/0/…` as the public API behaves, one small file per resource.

mod assignment;
mod auth;
mod deploys;
mod error;
mod issues;
mod messages;
mod notes;
mod organizations;
mod page;
mod release_commits;
mod release_input;
mod releases;
mod repositories;
mod resolution;
mod shape;
pub(crate) mod short_id;

use crate::{
    wire::{
        answer::Answer,
        asked::Asked,
        call::Call,
        exchange::Reply,
        route::{self, Found, Route},
    },
    world::World,
};

/// Every endpoint; the first that fits a path wins.
const TABLES: &[&[Route]] = &[
    organizations::ROUTES,
    releases::ROUTES,
    deploys::ROUTES,
    repositories::ROUTES,
    issues::ROUTES,
    notes::ROUTES,
];

/// Answers one request.
pub(crate) fn reply(asked: &Asked, world: &mut World, base: &str) -> Reply {
    let (route, params) = match route::find(TABLES, &asked.method, &asked.path) {
        Found::Route(route, params) => (route, params),
        Found::OtherMethod => return bare(error::detail(405, "Method not allowed.")),
        Found::Nothing => return bare(unknown_path(asked, base)),
    };
    let caller = match auth::identify(asked, &world.sentry) {
        Ok(caller) => caller,
        Err(answer) => {
            return Reply {
                template: Some(route.template),
                ..bare(answer)
            };
        }
    };
    let now = world.clock.now();
    let mut call = Call {
        asked,
        world,
        caller: caller.clone(),
        params,
        base,
        now,
    };
    let allowed = auth::allow(&call, route);
    let (Ok(answer) | Err(answer)) = allowed.and_then(|()| (route.handler)(&mut call));
    Reply {
        answer,
        caller: Some(caller),
        template: Some(route.template),
    }
}

/// A path without its trailing slash is redirected for GET and lost for everything that has a body.
fn unknown_path(asked: &Asked, base: &str) -> Answer {
    let slashed = format!("{}/", asked.path);
    let exists = !matches!(route::find(TABLES, &asked.method, &slashed), Found::Nothing);
    if exists && asked.method == "GET" {
        let query = asked
            .query
            .as_ref()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        return Answer::empty(301).with_header("location", &format!("{base}{slashed}{query}"));
    }
    match exists {
        true => error::detail(404, "The path lacks its trailing slash."),
        false => error::detail(404, "The requested resource does not exist"),
    }
}

fn bare(answer: Answer) -> Reply {
    Reply {
        answer,
        caller: None,
        template: None,
    }
}
