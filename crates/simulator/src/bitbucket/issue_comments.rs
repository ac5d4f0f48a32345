//! Comments on issues of Bitbucket's own tracker.

use serde_json::Value;

use super::{
    error, hook_fields, issues, page,
    pull_request_comments::{new_comment, raw_text},
    pull_request_shape as shaped,
};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::Comment,
};

const ALL: &str = "/2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}/comments";
const ONE: &str =
    "/2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}/comments/{comment_id}";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", ALL, Access::Anyone, list),
    Route::new("POST", ALL, Access::Anyone, create),
    Route::new("GET", ONE, Access::Anyone, read),
    Route::new("PUT", ONE, Access::Anyone, update),
    Route::new("DELETE", ONE, Access::Anyone, delete),
];

fn shape(call: &Call<'_>, comment: &Comment) -> Result<Value, Answer> {
    let (place, number) = call.tracker_issue()?;
    let own = &call.world.bitbucket.repositories[place];
    let root = issues::root(call, own, &own.issues[number]);
    Ok(shaped::comment(call, "issue_comment", &root, comment))
}

fn list(call: &mut Call<'_>) -> Handled {
    call.tracker("issue")?;
    let (place, number) = call.tracker_issue()?;
    let comments = &call.world.bitbucket.repositories[place].issues[number].comments;
    let shapes: Result<Vec<Value>, Answer> = comments.iter().map(|one| shape(call, one)).collect();
    page::listed(call, page::GENERAL, shapes?)
}

fn read(call: &mut Call<'_>) -> Handled {
    call.tracker("issue")?;
    let (place, number, comment) = call.issue_comment()?;
    let issue = &call.world.bitbucket.repositories[place].issues[number];
    Ok(Answer::ok(&shape(call, &issue.comments[comment])?))
}

fn create(call: &mut Call<'_>) -> Handled {
    call.tracker("issue:write")?;
    let (place, number) = call.tracker_issue()?;
    let mut made = new_comment(call)?;
    made.id = call.world.bitbucket.fresh_id();
    let body = shape(call, &made)?;
    let issue = &mut call.world.bitbucket.repositories[place].issues[number];
    issue.comments.push(made);
    Ok(Answer::json(201, &body))
}

fn update(call: &mut Call<'_>) -> Handled {
    call.tracker("issue:write")?;
    let (place, number, comment) = call.issue_comment()?;
    let raw = raw_text(&Value::Object(hook_fields::read(call)?))?;
    let issue = &mut call.world.bitbucket.repositories[place].issues[number];
    issue.comments[comment].raw = raw;
    issue.comments[comment].updated_on = call.now;
    read(call)
}

fn delete(call: &mut Call<'_>) -> Handled {
    call.tracker("issue:write")?;
    let (place, number, comment) = call.issue_comment()?;
    let issue = &mut call.world.bitbucket.repositories[place].issues[number];
    issue.comments.remove(comment);
    Ok(Answer::empty(204))
}

impl Call<'_> {
    /// The places of the repository, the issue and the comment in the path.
    fn issue_comment(&self) -> Result<(usize, usize, usize), Answer> {
        let (place, number) = self.tracker_issue()?;
        let id: Option<u64> = self.param("comment_id").parse().ok();
        let issue = &self.world.bitbucket.repositories[place].issues[number];
        let comment = issue.comments.iter().position(|one| Some(one.id) == id);
        comment
            .map(|comment| (place, number, comment))
            .ok_or_else(|| error::simple(404, "Comment not found"))
    }
}
