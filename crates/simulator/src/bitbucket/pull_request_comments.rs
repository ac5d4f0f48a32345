//! Comments on pull requests.

use serde_json::{Value, json};

use super::{error, hook_fields, page, pull_request_shape as shaped};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::{Comment, Inline},
};

const ACCESS: Access = Access::Scopes(&["pullrequest"]);
const ALL: &str = "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}/comments";
const ONE: &str =
    "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}/comments/{comment_id}";
const RESOLVE: &str =
    "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}/comments/{comment_id}/resolve";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", ALL, ACCESS, list),
    Route::new("POST", ALL, ACCESS, create),
    Route::new("GET", ONE, ACCESS, read),
    Route::new("PUT", ONE, ACCESS, update),
    Route::new("DELETE", ONE, ACCESS, delete),
    Route::new("POST", RESOLVE, ACCESS, resolve),
    Route::new("DELETE", RESOLVE, ACCESS, reopen),
];

fn list(call: &mut Call<'_>) -> Handled {
    let (_, one) = call.pull_request_here()?;
    let shapes = one.comments.iter().map(|comment| shape(call, comment));
    let shapes: Result<Vec<Value>, Answer> = shapes.collect();
    page::listed(call, page::GENERAL, shapes?)
}

fn shape(call: &Call<'_>, comment: &Comment) -> Result<Value, Answer> {
    let (own, one) = call.pull_request_here()?;
    let root = shaped::root(call, own, one);
    let mut shape = shaped::comment(call, "pullrequest_comment", &root, comment);
    shape["pullrequest"] = json!({"type": "pullrequest", "id": one.id, "title": one.title});
    Ok(shape)
}

fn read(call: &mut Call<'_>) -> Handled {
    let place = call.comment()?;
    let (_, one) = call.pull_request_here()?;
    Ok(Answer::ok(&shape(call, &one.comments[place])?))
}

fn create(call: &mut Call<'_>) -> Handled {
    let (_, one) = call.pull_request_here()?;
    let mut made = new_comment(call)?;
    let parents = one.comments.iter().map(|comment| comment.id);
    if let Some(parent) = made.parent
        && !parents.into_iter().any(|id| id == parent)
    {
        return Err(error::field("parent", "comment not found"));
    }
    made.id = call.world.bitbucket.fresh_id();
    let body = shape(call, &made)?;
    let location = format!("{}{}/{}", call.base, call.asked.path, made.id);
    call.pull_request_mut()?.comments.push(made);
    Ok(Answer::json(201, &body).with_header("location", &location))
}

/// The comment in a request's body, without a number yet.
pub(super) fn new_comment(call: &Call<'_>) -> Result<Comment, Answer> {
    let body = Value::Object(hook_fields::read(call)?);
    let number = |value: &Value| value.as_u64().and_then(|line| u32::try_from(line).ok());
    let inline = body["inline"]["path"].as_str().map(|path| Inline {
        path: path.to_owned(),
        from: number(&body["inline"]["from"]),
        to: number(&body["inline"]["to"]),
    });
    Ok(Comment {
        id: 0,
        raw: raw_text(&body)?,
        author: call.actor(),
        parent: body["parent"]["id"].as_u64(),
        inline,
        deleted: false,
        resolved: false,
        created_on: call.now,
        updated_on: call.now,
    })
}

/// `content.raw` of a request's body.
pub(super) fn raw_text(body: &Value) -> Result<String, Answer> {
    let raw = body["content"]["raw"].as_str();
    let raw = raw.filter(|raw| !raw.trim().is_empty());
    raw.map(str::to_owned)
        .ok_or_else(|| error::field("content", "raw is required"))
}

fn update(call: &mut Call<'_>) -> Handled {
    let raw = raw_text(&Value::Object(hook_fields::read(call)?))?;
    let now = call.now;
    let comment = call.comment_mut()?;
    comment.raw = raw;
    comment.updated_on = now;
    read(call)
}

/// It stays as a mark that there was one, since others may answer it.
fn delete(call: &mut Call<'_>) -> Handled {
    let comment = call.comment_mut()?;
    if comment.deleted {
        return Err(error::simple(404, "Comment not found"));
    }
    comment.deleted = true;
    comment.raw.clear();
    Ok(Answer::empty(204))
}

fn resolve(call: &mut Call<'_>) -> Handled {
    let user = call.account(&call.actor());
    let body = json!({"type": "comment_resolution", "user": user, "created_on": call.now});
    let comment = call.comment_mut()?;
    if comment.parent.is_some() || comment.inline.is_none() {
        return Err(error::simple(
            403,
            "Only a whole thread on the diff can be resolved.",
        ));
    }
    if std::mem::replace(&mut comment.resolved, true) {
        return Err(error::simple(409, "This comment is resolved already."));
    }
    Ok(Answer::ok(&body))
}

fn reopen(call: &mut Call<'_>) -> Handled {
    match std::mem::take(&mut call.comment_mut()?.resolved) {
        true => Ok(Answer::empty(204)),
        false => Err(error::simple(404, "This comment is not resolved.")),
    }
}

impl Call<'_> {
    /// The place of the comment in the path.
    fn comment(&self) -> Result<usize, Answer> {
        let (_, one) = self.pull_request_here()?;
        let id: Option<u64> = self.param("comment_id").parse().ok();
        let mut all = one.comments.iter();
        all.position(|comment| Some(comment.id) == id)
            .ok_or_else(|| error::simple(404, "Comment not found"))
    }

    fn comment_mut(&mut self) -> Result<&mut Comment, Answer> {
        let place = self.comment()?;
        Ok(&mut self.pull_request_mut()?.comments[place])
    }
}
