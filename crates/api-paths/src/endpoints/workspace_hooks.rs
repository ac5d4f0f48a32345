//! Webhooks of a workspace, which fire for all its repositories. The caller must be an owner of the workspace.

use crate::operation::operations;
use crate::{Access, Body, Endpoint, HookUuid, Paging, Workspace};

operations! {
    LIST = get("listWebhooksForAWorkspace", "/2.0/workspaces/{workspace}/hooks")
        .needs(Access::READ_HOOK).paged(Paging::USUAL);
    CREATE = post("createAWebhookForAWorkspace", "/2.0/workspaces/{workspace}/hooks")
        .needs(Access::WRITE_HOOK)
        .sends(Body::HOOK);
    READ = get("getAWebhookForAWorkspace", "/2.0/workspaces/{workspace}/hooks/{uid}")
        .needs(Access::READ_HOOK);
    UPDATE = put("updateAWebhookForAWorkspace", "/2.0/workspaces/{workspace}/hooks/{uid}")
        .needs(Access::WRITE_HOOK)
        .sends(Body::HOOK);
    DELETE = delete("deleteAWebhookForAWorkspace", "/2.0/workspaces/{workspace}/hooks/{uid}")
        .needs(Access::DELETE_HOOK);
}

/// `GET /2.0/workspaces/{workspace}/hooks`: the webhooks, in pages.
#[must_use]
pub fn list(workspace: &Workspace) -> Endpoint {
    Endpoint::spell(&LIST, &[workspace.into()])
}

/// `POST /2.0/workspaces/{workspace}/hooks`: creates a webhook; 201 with `Location`.
#[must_use]
pub fn create(workspace: &Workspace) -> Endpoint {
    Endpoint::spell(&CREATE, &[workspace.into()])
}

/// `GET /2.0/workspaces/{workspace}/hooks/{uid}`: one webhook.
#[must_use]
pub fn read(workspace: &Workspace, hook: &HookUuid) -> Endpoint {
    Endpoint::spell(&READ, &[workspace.into(), hook.into()])
}

/// `PUT /2.0/workspaces/{workspace}/hooks/{uid}`: replaces a webhook. An absent `secret` stays, `null` removes it.
#[must_use]
pub fn update(workspace: &Workspace, hook: &HookUuid) -> Endpoint {
    Endpoint::spell(&UPDATE, &[workspace.into(), hook.into()])
}

/// `DELETE /2.0/workspaces/{workspace}/hooks/{uid}`: removes a webhook; 204.
#[must_use]
pub fn delete(workspace: &Workspace, hook: &HookUuid) -> Endpoint {
    Endpoint::spell(&DELETE, &[workspace.into(), hook.into()])
}
