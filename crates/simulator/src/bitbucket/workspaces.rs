//! Workspaces and the current user.

use serde_json::json;

use super::{error, page, shape};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled, Reach},
        route::{Access, Route},
    },
    world::Workspace,
};

const ACCOUNT: Access = Access::Scopes(&["account"]);

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", "/2.0/user", ACCOUNT, current_user),
    Route::new("GET", "/2.0/user/workspaces", ACCOUNT, my_workspaces),
    Route::new(
        "GET",
        "/2.0/workspaces/{workspace}",
        Access::Authenticated,
        workspace,
    ),
];

/// An API token is its owner; an access token or an app shows as a bot with the credential's name.
fn current_user(call: &mut Call<'_>) -> Handled {
    let world = &call.world.bitbucket;
    let owner = world
        .api_tokens
        .iter()
        .find(|token| token.name == call.caller.name)
        .and_then(|token| {
            world
                .users
                .iter()
                .find(|user| user.emails.contains(&token.email))
        });
    let account = match owner {
        Some(user) => shape::user(call.base, user),
        None => json!({
            "type": "app_user",
            "uuid": "{ac3e0000-0000-4000-8000-0000000000b0}",
            "account_id": "712020:bot",
            "display_name": call.caller.name,
            "links": {},
        }),
    };
    Ok(Answer::ok(&account))
}

fn my_workspaces(call: &mut Call<'_>) -> Handled {
    let all = call.world.bitbucket.workspaces.iter();
    let mine: Vec<&Workspace> = all.filter(|one| reaches(call, &one.slug)).collect();
    page::numbered(call, page::GENERAL, &mine, |one| {
        json!({
            "type": "workspace_access",
            "administrator": true,
            "workspace": shape::workspace(call.base, one),
        })
    })
}

fn workspace(call: &mut Call<'_>) -> Handled {
    let segment = call.param("workspace");
    let mut all = call.world.bitbucket.workspaces.iter();
    let found = all.find(|one| one.slug == segment.to_lowercase() || one.uuid == segment);
    match found.filter(|one| reaches(call, &one.slug)) {
        Some(one) => Ok(Answer::ok(&shape::workspace(call.base, one))),
        None => Err(error::no_workspace(segment)),
    }
}

/// Whether the caller is at home in a workspace; a repository access token is at home in its repository's.
pub(super) fn reaches(call: &Call<'_>, slug: &str) -> bool {
    match &call.caller.reach {
        Reach::Workspaces(slugs) => slugs.iter().any(|own| own == slug),
        Reach::Repository(uuid) => {
            let mut all = call.world.bitbucket.repositories.iter();
            all.any(|one| one.uuid == *uuid && one.workspace == slug)
        }
        Reach::Nothing | Reach::Organization(_) => false,
    }
}
