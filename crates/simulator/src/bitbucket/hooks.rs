//! Webhook subscriptions of repositories and of workspaces.

use serde_json::Value;

use super::{error, hook_fields, page, shape, workspaces};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
        text,
    },
    world::{Hook, label},
};

const WEBHOOK: Access = Access::Scopes(&["webhook"]);
const REPOSITORY: &str = "/2.0/repositories/{workspace}/{repo_slug}/hooks";
const REPOSITORY_ONE: &str = "/2.0/repositories/{workspace}/{repo_slug}/hooks/{uid}";
const WORKSPACE: &str = "/2.0/workspaces/{workspace}/hooks";
const WORKSPACE_ONE: &str = "/2.0/workspaces/{workspace}/hooks/{uid}";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", REPOSITORY, WEBHOOK, list),
    Route::new("POST", REPOSITORY, WEBHOOK, create),
    Route::new("GET", REPOSITORY_ONE, WEBHOOK, read),
    Route::new("PUT", REPOSITORY_ONE, WEBHOOK, update),
    Route::new("DELETE", REPOSITORY_ONE, WEBHOOK, delete),
    Route::new("GET", WORKSPACE, WEBHOOK, list),
    Route::new("POST", WORKSPACE, WEBHOOK, create),
    Route::new("GET", WORKSPACE_ONE, WEBHOOK, read),
    Route::new("PUT", WORKSPACE_ONE, WEBHOOK, update),
    Route::new("DELETE", WORKSPACE_ONE, WEBHOOK, delete),
];

/// What the hooks in the path belong to.
#[derive(Debug, Clone, Copy)]
enum Subject {
    /// By place.
    Repository(usize),
    /// By place.
    Workspace(usize),
}

fn list(call: &mut Call<'_>) -> Handled {
    let subject = call.subject()?;
    page::numbered(call, page::GENERAL, call.hooks(subject), |hook| {
        shaped(call, subject, hook)
    })
}

fn read(call: &mut Call<'_>) -> Handled {
    let subject = call.subject()?;
    let place = call.hook(subject)?;
    Ok(Answer::ok(&shaped(
        call,
        subject,
        &call.hooks(subject)[place],
    )))
}

fn create(call: &mut Call<'_>) -> Handled {
    let subject = call.subject()?;
    let fields = hook_fields::read(call)?;
    let mut hook = Hook {
        uuid: label::fresh_uuid(),
        created_at: call.now,
        ..Hook::new("", &[])
    };
    for required in ["url", "events"] {
        if !fields.contains_key(required) {
            return Err(error::field(required, "required key not provided"));
        }
    }
    hook_fields::apply(call, &mut hook, &fields)?;
    let body = shaped(call, subject, &hook);
    let uid = text::encode(&hook.uuid);
    let location = format!("{}{}/{uid}", call.base, call.asked.path);
    call.hooks_mut(subject).push(hook);
    Ok(Answer::json(201, &body).with_header("location", &location))
}

fn update(call: &mut Call<'_>) -> Handled {
    let subject = call.subject()?;
    let place = call.hook(subject)?;
    let fields = hook_fields::read(call)?;
    let mut hook = call.hooks(subject)[place].clone();
    hook_fields::apply(call, &mut hook, &fields)?;
    call.hooks_mut(subject)[place] = hook;
    read(call)
}

fn delete(call: &mut Call<'_>) -> Handled {
    let subject = call.subject()?;
    let place = call.hook(subject)?;
    call.hooks_mut(subject).remove(place);
    Ok(Answer::empty(204))
}

fn shaped(call: &Call<'_>, subject: Subject, hook: &Hook) -> Value {
    let world = &call.world.bitbucket;
    match subject {
        Subject::Repository(place) => {
            shape::repository_hook(call.base, &world.repositories[place], hook)
        }
        Subject::Workspace(place) => {
            shape::workspace_hook(call.base, &world.workspaces[place], hook)
        }
    }
}

impl Call<'_> {
    fn subject(&self) -> Result<Subject, Answer> {
        if !self.param("repo_slug").is_empty() {
            return self.repository().map(Subject::Repository);
        }
        let segment = self.param("workspace");
        let mut all = self.world.bitbucket.workspaces.iter();
        let place = all.position(|one| {
            self.is_workspace(&one.slug, segment) && workspaces::reaches(self, &one.slug)
        });
        place
            .map(Subject::Workspace)
            .ok_or_else(|| error::no_workspace(segment))
    }

    fn hooks(&self, subject: Subject) -> &[Hook] {
        let world = &self.world.bitbucket;
        match subject {
            Subject::Repository(place) => &world.repositories[place].hooks,
            Subject::Workspace(place) => world.hooks_of_workspace(&world.workspaces[place].slug),
        }
    }

    fn hooks_mut(&mut self, subject: Subject) -> &mut Vec<Hook> {
        let world = &mut self.world.bitbucket;
        match subject {
            Subject::Repository(place) => &mut world.repositories[place].hooks,
            Subject::Workspace(place) => {
                let slug = world.workspaces[place].slug.clone();
                world.workspace_hooks.entry(slug).or_default()
            }
        }
    }

    /// The place of the hook in the path; braces may be missing.
    fn hook(&self, subject: Subject) -> Result<usize, Answer> {
        let wanted = self.param("uid").trim_matches(['{', '}']);
        let mut all = self.hooks(subject).iter();
        let place = all.position(|hook| hook.uuid.trim_matches(['{', '}']) == wanted);
        place.ok_or_else(|| error::simple(404, &format!("Webhook subscription {wanted} not found")))
    }
}
