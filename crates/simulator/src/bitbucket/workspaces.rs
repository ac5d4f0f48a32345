//! Workspaces and the current user.

use serde_json::{Value, json};

use super::{error, page, shape};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled, Reach},
        route::{Access, Route},
    },
    world::{User, Workspace},
};

const ACCOUNT: Access = Access::Scopes(&["account"]);

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", "/2.0/user", ACCOUNT, current_user),
    Route::new("GET", "/2.0/user/workspaces", ACCOUNT, my_workspaces),
    Route::new(
        "GET",
        "/2.0/users/{selected_user}",
        Access::Authenticated,
        user,
    ),
    Route::new(
        "GET",
        "/2.0/workspaces/{workspace}/projects",
        Access::Scopes(&["project"]),
        projects,
    ),
    Route::new(
        "GET",
        "/2.0/workspaces/{workspace}",
        Access::Authenticated,
        workspace,
    ),
];

/// An API token is its owner; an access token or an app shows as a bot with the credential's name.
fn current_user(call: &mut Call<'_>) -> Handled {
    Ok(Answer::ok(&call.account(&call.actor())))
}

impl Call<'_> {
    /// The person who calls; none if the credential is a bot of its own.
    pub(super) fn person(&self) -> Option<&User> {
        let world = &self.world.bitbucket;
        let mut users = world.users.iter();
        let mut grants = world.oauth_tokens.iter();
        if let Some(grant) = grants.find(|grant| grant.name == self.caller.name) {
            return users.find(|user| grant.user.as_ref() == Some(&user.uuid));
        }
        let mut tokens = world.api_tokens.iter();
        let token = tokens.find(|token| token.name == self.caller.name)?;
        users.find(|user| user.emails.contains(&token.email))
    }

    /// Who acts: the person's uuid, or the credential's name.
    pub(super) fn actor(&self) -> String {
        let person = self.person().map(|user| user.uuid.clone());
        person.unwrap_or_else(|| self.caller.name.clone())
    }

    /// The account of somebody who acted.
    pub(super) fn account(&self, actor: &str) -> Value {
        shape::account(self.base, &self.world.bitbucket, actor)
    }
}

fn user(call: &mut Call<'_>) -> Handled {
    let wanted = call.param("selected_user");
    let mut all = call.world.bitbucket.users.iter();
    let found = all.find(|one| one.uuid == wanted || one.account_id == wanted);
    let found = found.ok_or_else(|| error::simple(404, &format!("No such user: {wanted}")))?;
    Ok(Answer::ok(&shape::user(call.base, found)))
}

fn my_workspaces(call: &mut Call<'_>) -> Handled {
    let all = call.world.bitbucket.workspaces.iter();
    let mine = all.filter(|one| reaches(call, &one.slug)).map(|one| {
        let person = call.person();
        let own = person.and_then(|user| call.world.bitbucket.membership(&one.slug, &user.uuid));
        json!({
            "type": "workspace_access",
            "administrator": own.is_none_or(|own| own.permission == "owner"),
            "slug": one.slug,
            "workspace": shape::workspace(call.base, one),
        })
    });
    let mut mine: Vec<Value> = mine.collect();
    if let Some(wanted) = call.asked.query_value("administrator") {
        mine.retain(|one| one["administrator"] == (wanted == "true"));
    }
    page::listed(call, page::GENERAL, mine)
}

fn workspace(call: &mut Call<'_>) -> Handled {
    Ok(Answer::ok(&shape::workspace(call.base, call.home()?)))
}

impl Call<'_> {
    /// The workspace in the path, by slug or uuid; 404 if the caller is not at home there.
    pub(super) fn home(&self) -> Result<&Workspace, Answer> {
        let segment = self.param("workspace");
        let mut all = self.world.bitbucket.workspaces.iter();
        all.find(|one| self.is_workspace(&one.slug, segment) && reaches(self, &one.slug))
            .ok_or_else(|| error::no_workspace(segment))
    }
}

fn projects(call: &mut Call<'_>) -> Handled {
    let home = call.home()?;
    let project = json!({
        "type": "project",
        "key": shape::PROJECT,
        "name": home.name,
        "is_private": true,
        "workspace": shape::workspace(call.base, home),
    });
    page::listed(call, page::GENERAL, vec![project])
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
