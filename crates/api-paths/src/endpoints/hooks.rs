//! Webhooks of a repository.
//!
//! Writing needs the scope `webhook` and the read scope of each event, and the caller must be an administrator of the repository.

use crate::endpoint::Part;
use crate::{Endpoint, HookUuid, Operation, RepoRef};

static LIST: Operation = Operation::get(
    "listWebhooksForARepository",
    "/2.0/repositories/{workspace}/{repo_slug}/hooks",
);
static CREATE: Operation = Operation::post(
    "createAWebhookForARepository",
    "/2.0/repositories/{workspace}/{repo_slug}/hooks",
);
static READ: Operation = Operation::get(
    "getAWebhookForARepository",
    "/2.0/repositories/{workspace}/{repo_slug}/hooks/{uid}",
);
static UPDATE: Operation = Operation::put(
    "updateAWebhookForARepository",
    "/2.0/repositories/{workspace}/{repo_slug}/hooks/{uid}",
);
static DELETE: Operation = Operation::delete(
    "deleteAWebhookForARepository",
    "/2.0/repositories/{workspace}/{repo_slug}/hooks/{uid}",
);

/// `GET /2.0/repositories/{workspace}/{repo_slug}/hooks`: the webhooks, in pages. Those of a Connect descriptor are not among them.
#[must_use]
pub fn list(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&LIST, repository, &[])
}

/// `POST /2.0/repositories/{workspace}/{repo_slug}/hooks`: creates a webhook; 201 with `Location`.
#[must_use]
pub fn create(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&CREATE, repository, &[])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/hooks/{uid}`: one webhook.
#[must_use]
pub fn read(repository: &RepoRef, hook: &HookUuid) -> Endpoint {
    Endpoint::in_repository(&READ, repository, &[Part::Text(hook.as_str())])
}

/// `PUT /2.0/repositories/{workspace}/{repo_slug}/hooks/{uid}`: replaces a webhook. An absent `secret` stays, `null` removes it.
#[must_use]
pub fn update(repository: &RepoRef, hook: &HookUuid) -> Endpoint {
    Endpoint::in_repository(&UPDATE, repository, &[Part::Text(hook.as_str())])
}

/// `DELETE /2.0/repositories/{workspace}/{repo_slug}/hooks/{uid}`: removes a webhook; 204.
#[must_use]
pub fn delete(repository: &RepoRef, hook: &HookUuid) -> Endpoint {
    Endpoint::in_repository(&DELETE, repository, &[Part::Text(hook.as_str())])
}
