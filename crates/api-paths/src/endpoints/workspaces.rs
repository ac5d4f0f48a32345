//! Workspaces, their members and what these may do.

use crate::endpoint::Part;
use crate::operation::{operations, request};
use crate::{Access, Endpoint, Paging, RepoSlug, UserRef, Workspace};

operations! {
    ONE = get("getAWorkspace", "/2.0/workspaces/{workspace}")
        .needs(Access::WORKSPACE);
    MEMBERS = get("listUsersInAWorkspace", "/2.0/workspaces/{workspace}/members")
        .needs(Access::ACCOUNT).paged(Paging::USUAL)
        .takes(&["q"]);
    MEMBER = get("getUserMembershipForAWorkspace", "/2.0/workspaces/{workspace}/members/{member}")
        .needs(Access::ACCOUNT);
    PERMISSIONS = get("listUserPermissionsInAWorkspace", "/2.0/workspaces/{workspace}/permissions")
        .needs(Access::ACCOUNT).paged(Paging::USUAL)
        .takes(&["q"]);
    REPOSITORY_PERMISSIONS = get("listAllRepositoryPermissionsForAWorkspace",
        "/2.0/workspaces/{workspace}/permissions/repositories")
        .needs(Access::WORKSPACE_REPOSITORIES).paged(Paging::USUAL)
        .takes(request::FILTERED);
    PERMISSIONS_OF_REPOSITORY = get("listARepositoryPermissionsForAWorkspace",
        "/2.0/workspaces/{workspace}/permissions/repositories/{repo_slug}")
        .needs(Access::REPOSITORY).paged(Paging::USUAL)
        .takes(request::FILTERED);
    PROJECTS = get("listProjectsInAWorkspace", "/2.0/workspaces/{workspace}/projects")
        .needs(Access::PROJECT).paged(Paging::USUAL);
}

/// `GET /2.0/workspaces/{workspace}`: one workspace.
#[must_use]
pub fn one(workspace: &Workspace) -> Endpoint {
    Endpoint::spell(&ONE, &[workspace.into()])
}

/// `GET /2.0/workspaces/{workspace}/members`: the members, in pages.
///
/// Administrators and access tokens may filter by mail: `q=user.email IN (…)` with at most 90 addresses.
#[must_use]
pub fn members(workspace: &Workspace) -> Endpoint {
    Endpoint::spell(&MEMBERS, &[workspace.into()])
}

/// `GET /2.0/workspaces/{workspace}/members/{member}`: the membership of one user; 404 when there is none.
#[must_use]
pub fn member(workspace: &Workspace, member: &UserRef) -> Endpoint {
    Endpoint::spell(&MEMBER, &[workspace.into(), Part::Text(member.as_str())])
}

/// `GET /2.0/workspaces/{workspace}/permissions`:
/// the members with their role, in pages. Seen to answer 404 for a UUID where the slug worked.
#[must_use]
pub fn permissions(workspace: &Workspace) -> Endpoint {
    Endpoint::spell(&PERMISSIONS, &[workspace.into()])
}

/// `GET /2.0/workspaces/{workspace}/permissions/repositories`:
/// who may do what in which repository, in pages; administrators only.
#[must_use]
pub fn repository_permissions(workspace: &Workspace) -> Endpoint {
    Endpoint::spell(&REPOSITORY_PERMISSIONS, &[workspace.into()])
}

/// `GET /2.0/workspaces/{workspace}/permissions/repositories/{repo_slug}`:
/// who may do what in one repository, in pages; its administrators only.
#[must_use]
pub fn permissions_of_repository(workspace: &Workspace, slug: &RepoSlug) -> Endpoint {
    Endpoint::spell(&PERMISSIONS_OF_REPOSITORY, &[workspace.into(), slug.into()])
}

/// `GET /2.0/workspaces/{workspace}/projects`: the projects, in pages.
#[must_use]
pub fn projects(workspace: &Workspace) -> Endpoint {
    Endpoint::spell(&PROJECTS, &[workspace.into()])
}
