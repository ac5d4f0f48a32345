//! Webhooks of a repository.
//!
//! Writing one needs the read scope of each of its events too, and the caller must be an administrator of the repository.

use crate::operation::operations;
use crate::{Access, Body, Endpoint, HookUuid, Paging, RepoRef};

operations! {
    LIST = get("listWebhooksForARepository", "/2.0/repositories/{workspace}/{repo_slug}/hooks")
        .needs(Access::READ_HOOK).paged(Paging::USUAL);
    CREATE = post("createAWebhookForARepository", "/2.0/repositories/{workspace}/{repo_slug}/hooks")
        .needs(Access::WRITE_HOOK)
        .sends(Body::HOOK);
    READ = get("getAWebhookForARepository", "/2.0/repositories/{workspace}/{repo_slug}/hooks/{uid}")
        .needs(Access::READ_HOOK);
    UPDATE = put("updateAWebhookForARepository", "/2.0/repositories/{workspace}/{repo_slug}/hooks/{uid}")
        .needs(Access::WRITE_HOOK)
        .sends(Body::HOOK);
    DELETE = delete("deleteAWebhookForARepository", "/2.0/repositories/{workspace}/{repo_slug}/hooks/{uid}")
        .needs(Access::DELETE_HOOK);
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/hooks`:
/// the webhooks, in pages. Those of a Connect descriptor are not among them.
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
    Endpoint::in_repository(&READ, repository, &[hook.into()])
}

/// `PUT /2.0/repositories/{workspace}/{repo_slug}/hooks/{uid}`: replaces a webhook. An absent `secret` stays, `null` removes it.
#[must_use]
pub fn update(repository: &RepoRef, hook: &HookUuid) -> Endpoint {
    Endpoint::in_repository(&UPDATE, repository, &[hook.into()])
}

/// `DELETE /2.0/repositories/{workspace}/{repo_slug}/hooks/{uid}`: removes a webhook; 204.
#[must_use]
pub fn delete(repository: &RepoRef, hook: &HookUuid) -> Endpoint {
    Endpoint::in_repository(&DELETE, repository, &[hook.into()])
}
