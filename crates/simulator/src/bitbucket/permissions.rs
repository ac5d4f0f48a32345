//! Who is in a workspace, and who may do what in it. A bot has no answer to what it may do itself.

use serde_json::{Value, json};

use super::{error, page, shape};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::{Membership, Repository, User},
};

const ACCOUNT: Access = Access::Scopes(&["account"]);
const OWN_REPOSITORIES: Access = Access::Scopes(&["account", "repository"]);
const REPOSITORY: Access = Access::Scopes(&["repository"]);
const MINE: &str = "/2.0/user/workspaces/{workspace}/permission";
const MY_REPOSITORIES: &str = "/2.0/user/workspaces/{workspace}/permissions/repositories";
const MEMBERS: &str = "/2.0/workspaces/{workspace}/members";
const MEMBER: &str = "/2.0/workspaces/{workspace}/members/{member}";
const PERMISSIONS: &str = "/2.0/workspaces/{workspace}/permissions";
const REPOSITORIES: &str = "/2.0/workspaces/{workspace}/permissions/repositories";
const OF_REPOSITORY: &str = "/2.0/workspaces/{workspace}/permissions/repositories/{repo_slug}";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", MINE, ACCOUNT, mine),
    Route::new("GET", MY_REPOSITORIES, OWN_REPOSITORIES, my_repositories),
    Route::new("GET", MEMBERS, ACCOUNT, members),
    Route::new("GET", MEMBER, ACCOUNT, member),
    Route::new("GET", PERMISSIONS, ACCOUNT, permissions),
    Route::new("GET", REPOSITORIES, ACCOUNT, repositories),
    Route::new("GET", OF_REPOSITORY, REPOSITORY, of_repository),
];

fn mine(call: &mut Call<'_>) -> Handled {
    let home = call.home()?;
    let user = call.somebody()?;
    let own = call.world.bitbucket.membership(&home.slug, &user.uuid);
    let own = own.ok_or_else(|| error::no_workspace(&home.slug))?;
    Ok(Answer::ok(&membership(call, own)?))
}

fn my_repositories(call: &mut Call<'_>) -> Handled {
    let home = call.home()?.slug.clone();
    let user = call.somebody()?;
    let world = &call.world.bitbucket;
    let mut shapes = Vec::new();
    for own in world
        .repositories
        .iter()
        .filter(|own| own.workspace == home)
    {
        if let Some(permission) = world.permission_on(own, &user.uuid) {
            shapes.push(grant(call, own, user, permission));
        }
    }
    page::listed(call, page::GENERAL, shapes)
}

/// Members by mail only for those who may know mails: owners and tokens of the workspace.
fn members(call: &mut Call<'_>) -> Handled {
    let home = call.home()?.slug.clone();
    let by_mail = call
        .asked
        .query_value("q")
        .is_some_and(|query| query.contains("user.email"));
    if by_mail && !call.administers(&home) {
        return Err(error::simple(
            403,
            "Only administrators can search members by email.",
        ));
    }
    let world = &call.world.bitbucket;
    let own = world.memberships.iter().filter(|one| one.workspace == home);
    let mut shapes = Vec::new();
    for one in own {
        let mut shape = membership(call, one)?;
        // Kept for the filter alone: a person's mail is never shown.
        let mail = world.users.iter().find(|user| user.uuid == one.user);
        shape["user"]["email"] = mail.and_then(|user| user.emails.first()).cloned().into();
        if let Some(members) = shape.as_object_mut() {
            members.remove("permission");
        }
        shapes.push(shape);
    }
    let mut answer = page::listed(call, page::GENERAL, shapes)?;
    if let Ok(mut page) = serde_json::from_slice::<Value>(&answer.body) {
        for one in page["values"].as_array_mut().into_iter().flatten() {
            if let Some(user) = one["user"].as_object_mut() {
                user.remove("email");
            }
        }
        answer.body = page.to_string().into();
    }
    Ok(answer)
}

fn member(call: &mut Call<'_>) -> Handled {
    let home = call.home()?;
    let wanted = call.param("member");
    let world = &call.world.bitbucket;
    let mut users = world.users.iter();
    let user = users.find(|one| one.uuid == wanted || one.account_id == wanted);
    let own = user.and_then(|user| world.membership(&home.slug, &user.uuid));
    let own = own.ok_or_else(|| error::simple(404, "No such member"))?;
    Ok(Answer::ok(&membership(call, own)?))
}

fn permissions(call: &mut Call<'_>) -> Handled {
    let home = call.home()?.slug.clone();
    let all = call.world.bitbucket.memberships.iter();
    let own = all.filter(|one| one.workspace == home);
    let shapes: Result<Vec<Value>, Answer> = own.map(|one| membership(call, one)).collect();
    page::listed(call, page::GENERAL, shapes?)
}

fn repositories(call: &mut Call<'_>) -> Handled {
    let home = call.home()?.slug.clone();
    if !call.administers(&home) {
        return Err(error::simple(403, "Only administrators can see this."));
    }
    let all = call.world.bitbucket.repositories.iter();
    let own = all.filter(|own| own.workspace == home);
    let shapes = own.flat_map(|own| grants(call, own)).collect();
    page::listed(call, page::GENERAL, shapes)
}

fn of_repository(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    let person = call.person();
    let permission = person.map(|user| call.world.bitbucket.permission_on(own, &user.uuid));
    if permission.is_some_and(|permission| permission != Some("admin")) {
        return Err(error::simple(403, "Only administrators can see this."));
    }
    page::listed(call, page::GENERAL, grants(call, own))
}

/// Everybody who may do something in a repository.
fn grants(call: &Call<'_>, own: &Repository) -> Vec<Value> {
    let world = &call.world.bitbucket;
    let permitted = world.users.iter().filter_map(|user| {
        let permission = world.permission_on(own, &user.uuid)?;
        Some(grant(call, own, user, permission))
    });
    permitted.collect()
}

/// `repository_permission`.
fn grant(call: &Call<'_>, own: &Repository, user: &User, permission: &str) -> Value {
    json!({
        "type": "repository_permission",
        "permission": permission,
        "user": shape::user(call.base, user),
        "repository": shape::repository_brief(call.base, own),
    })
}

/// `workspace_membership`.
fn membership(call: &Call<'_>, one: &Membership) -> Result<Value, Answer> {
    Ok(json!({
        "type": "workspace_membership",
        "permission": one.permission,
        "user": call.account(&one.user),
        "workspace": shape::workspace(call.base, call.home()?),
    }))
}

impl Call<'_> {
    /// The person who calls; a bot is refused.
    fn somebody(&self) -> Result<&User, Answer> {
        self.person().ok_or_else(|| {
            error::simple(403, "This credential cannot query permissions of its own.")
        })
    }

    /// Whether the caller owns the workspace, or is a token or app of it.
    fn administers(&self, workspace: &str) -> bool {
        let world = &self.world.bitbucket;
        self.person().is_none_or(|user| {
            let own = world.membership(workspace, &user.uuid);
            own.is_some_and(|own| own.permission == "owner")
        })
    }
}
