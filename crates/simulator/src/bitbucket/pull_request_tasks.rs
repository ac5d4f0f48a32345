//! Tasks on pull requests.

use serde_json::Value;

use super::{
    error, hook_fields, page, pull_request_comments::raw_text, pull_request_shape as shaped,
};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::Task,
};

const ACCESS: Access = Access::Scopes(&["pullrequest"]);
const ALL: &str = "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}/tasks";
const ONE: &str = "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}/tasks/{task_id}";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", ALL, ACCESS, list),
    Route::new("POST", ALL, ACCESS, create),
    Route::new("GET", ONE, ACCESS, read),
    Route::new("PUT", ONE, ACCESS, update),
    Route::new("DELETE", ONE, ACCESS, delete),
];

fn list(call: &mut Call<'_>) -> Handled {
    let (_, one) = call.pull_request_here()?;
    let shapes = one.tasks.iter().map(|task| shaped::task(call, task));
    page::listed(call, page::GENERAL, shapes.collect())
}

fn create(call: &mut Call<'_>) -> Handled {
    call.pull_request()?;
    let body = Value::Object(hook_fields::read(call)?);
    let made = Task {
        raw: raw_text(&body)?,
        id: call.world.bitbucket.fresh_id(),
        creator: call.actor(),
        resolved: false,
        comment: body["comment"]["id"].as_u64(),
        created_on: call.now,
        updated_on: call.now,
    };
    let shape = shaped::task(call, &made);
    let location = format!("{}{}/{}", call.base, call.asked.path, made.id);
    call.pull_request_mut()?.tasks.push(made);
    Ok(Answer::json(201, &shape).with_header("location", &location))
}

fn read(call: &mut Call<'_>) -> Handled {
    let place = call.task()?;
    let (_, one) = call.pull_request_here()?;
    Ok(Answer::ok(&shaped::task(call, &one.tasks[place])))
}

fn update(call: &mut Call<'_>) -> Handled {
    let place = call.task()?;
    let body = Value::Object(hook_fields::read(call)?);
    let now = call.now;
    let task = &mut call.pull_request_mut()?.tasks[place];
    if body.get("content").is_some() {
        task.raw = raw_text(&body)?;
    }
    match body["state"].as_str() {
        None => {}
        Some("RESOLVED") => task.resolved = true,
        Some("UNRESOLVED") => task.resolved = false,
        Some(_) => return Err(error::field("state", "invalid state")),
    }
    task.updated_on = now;
    read(call)
}

fn delete(call: &mut Call<'_>) -> Handled {
    let place = call.task()?;
    call.pull_request_mut()?.tasks.remove(place);
    Ok(Answer::empty(204))
}

impl Call<'_> {
    /// The place of the task in the path.
    fn task(&self) -> Result<usize, Answer> {
        let (_, one) = self.pull_request_here()?;
        let id: Option<u64> = self.param("task_id").parse().ok();
        let mut all = one.tasks.iter();
        all.position(|task| Some(task.id) == id)
            .ok_or_else(|| error::simple(404, "Task not found"))
    }
}
