//! Listings across workspaces, removed on 2026-04-14: every address here answers 410 with `CHANGE-2770`.
//!
//! They are spelled still for what recognises older traffic; [`Lifecycle::Removed`](crate::Lifecycle) names what to use instead.

use crate::endpoint::Part;
use crate::operation::operations;
use crate::{Access, Endpoint, Lifecycle, Paging, UserRef};

operations! {
    REPOSITORIES = get("listPublicRepositories", "/2.0/repositories")
        .needs(Access::REPOSITORY).paged(Paging::USUAL)
        .fate(Lifecycle::cross_workspace("/2.0/repositories/{workspace}"));
    WORKSPACES = get("listWorkspacesForUser", "/2.0/workspaces")
        .needs(Access::MEMBERSHIPS).paged(Paging::USUAL)
        .fate(Lifecycle::cross_workspace("/2.0/user/workspaces"));
    WORKSPACE_PERMISSIONS = get("listWorkspacesForTheCurrentUser", "/2.0/user/permissions/workspaces")
        .needs(Access::MEMBERSHIPS).paged(Paging::USUAL)
        .fate(Lifecycle::cross_workspace("/2.0/user/workspaces/{workspace}/permission"));
    REPOSITORY_PERMISSIONS = get("listRepositoryPermissionsForAUser", "/2.0/user/permissions/repositories")
        .needs(Access::OWN_REPOSITORIES).paged(Paging::USUAL)
        .fate(Lifecycle::cross_workspace("/2.0/user/workspaces/{workspace}/permissions/repositories"));
    PULL_REQUESTS = get("listPullRequestsForAUser", "/2.0/pullrequests/{selected_user}")
        .needs(Access::PULL_REQUEST).paged(Paging::PULL_REQUESTS)
        .fate(Lifecycle::cross_workspace("/2.0/workspaces/{workspace}/pullrequests/{selected_user}"));
}

/// `GET /2.0/repositories`: repositories of all workspaces.
#[must_use]
pub fn repositories() -> Endpoint {
    Endpoint::spell(&REPOSITORIES, &[])
}

/// `GET /2.0/workspaces`: the caller's workspaces.
#[must_use]
pub fn workspaces() -> Endpoint {
    Endpoint::spell(&WORKSPACES, &[])
}

/// `GET /2.0/user/permissions/workspaces`: the caller's role in each workspace.
#[must_use]
pub fn workspace_permissions() -> Endpoint {
    Endpoint::spell(&WORKSPACE_PERMISSIONS, &[])
}

/// `GET /2.0/user/permissions/repositories`: what the caller may do in each repository.
#[must_use]
pub fn repository_permissions() -> Endpoint {
    Endpoint::spell(&REPOSITORY_PERMISSIONS, &[])
}

/// `GET /2.0/pullrequests/{selected_user}`: the pull requests that a user opened anywhere.
#[must_use]
pub fn pull_requests(user: &UserRef) -> Endpoint {
    Endpoint::spell(&PULL_REQUESTS, &[Part::Text(user.as_str())])
}
