//! Who is asked to review by default.

use serde_json::json;

use super::{error, page, shape};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::User,
};

const READ: Access = Access::Scopes(&["pullrequest"]);
const WRITE: Access = Access::Scopes(&["repository:admin"]);
const ALL: &str = "/2.0/repositories/{workspace}/{repo_slug}/default-reviewers";
const EFFECTIVE: &str = "/2.0/repositories/{workspace}/{repo_slug}/effective-default-reviewers";
const ONE: &str = "/2.0/repositories/{workspace}/{repo_slug}/default-reviewers/{target_username}";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", ALL, READ, list),
    Route::new("GET", EFFECTIVE, READ, effective),
    Route::new("GET", ONE, READ, read),
    Route::new("PUT", ONE, WRITE, add),
    Route::new("DELETE", ONE, WRITE, remove),
];

fn list(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    let shapes = own.default_reviewers.iter().map(|uuid| call.account(uuid));
    page::listed(call, page::GENERAL, shapes.collect())
}

/// The same, each with where it comes from; projects have none here.
fn effective(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    let shapes = own.default_reviewers.iter().map(|uuid| {
        json!({"type": "default_reviewer", "reviewer_type": "repository", "user": call.account(uuid)})
    });
    page::listed(call, page::GENERAL, shapes.collect())
}

fn read(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    let user = call.reviewer()?;
    match own.default_reviewers.contains(&user.uuid) {
        true => Ok(Answer::ok(&shape::user(call.base, user))),
        false => Err(error::simple(404, "Not a default reviewer")),
    }
}

fn add(call: &mut Call<'_>) -> Handled {
    let place = call.repository()?;
    let uuid = call.reviewer()?.uuid.clone();
    let reviewers = &mut call.world.bitbucket.repositories[place].default_reviewers;
    if !reviewers.contains(&uuid) {
        reviewers.push(uuid);
    }
    read(call)
}

fn remove(call: &mut Call<'_>) -> Handled {
    let place = call.repository()?;
    let uuid = call.reviewer()?.uuid.clone();
    let reviewers = &mut call.world.bitbucket.repositories[place].default_reviewers;
    reviewers.retain(|own| *own != uuid);
    Ok(Answer::empty(204))
}

impl Call<'_> {
    /// The account in the path, by uuid or account id.
    fn reviewer(&self) -> Result<&User, Answer> {
        let wanted = self.param("target_username");
        let mut all = self.world.bitbucket.users.iter();
        all.find(|one| one.uuid == wanted || one.account_id == wanted)
            .ok_or_else(|| error::simple(404, &format!("{wanted} does not exist")))
    }
}
