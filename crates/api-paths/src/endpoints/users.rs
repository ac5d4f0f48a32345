//! Users: the one who calls, and others.

use crate::endpoint::Part;
use crate::operation::{operations, request};
use crate::{Access, Endpoint, Paging, UserRef, Workspace};

operations! {
    CURRENT = get("getCurrentUser", "/2.0/user")
        .needs(Access::USER);
    WORKSPACES = get("getUserWorkspaces", "/2.0/user/workspaces")
        .needs(Access::ACCOUNT).paged(Paging::USUAL)
        .takes(&["sort", "administrator"]);
    PERMISSION = get("getUserPermissionOnAWorkspace", "/2.0/user/workspaces/{workspace}/permission")
        .needs(Access::ACCOUNT);
    REPOSITORY_PERMISSIONS = get("listRepositoryPermissionsInAWorkspaceForAUser",
        "/2.0/user/workspaces/{workspace}/permissions/repositories")
        .needs(Access::OWN_REPOSITORIES).paged(Paging::USUAL)
        .takes(request::FILTERED);
    ONE = get("getAUser", "/2.0/users/{selected_user}")
        .needs(Access::PROFILE);
}

/// `GET /2.0/user`: whom the credential belongs to. An access token shows up as a user that bears the token's name.
#[must_use]
pub fn current() -> Endpoint {
    Endpoint::spell(&CURRENT, &[])
}

/// `GET /2.0/user/workspaces`: the caller's workspaces, in pages. Takes `sort=slug` and `administrator`.
#[must_use]
pub fn workspaces() -> Endpoint {
    Endpoint::spell(&WORKSPACES, &[])
}

/// `GET /2.0/user/workspaces/{workspace}/permission`: the caller's role in a workspace: `owner`, `create-project` or `member`.
#[must_use]
pub fn permission(workspace: &Workspace) -> Endpoint {
    Endpoint::spell(&PERMISSION, &[workspace.into()])
}

/// `GET /2.0/user/workspaces/{workspace}/permissions/repositories`:
/// what the caller may do in which repository of a workspace, in pages. Takes `q` and `sort`.
#[must_use]
pub fn repository_permissions(workspace: &Workspace) -> Endpoint {
    Endpoint::spell(&REPOSITORY_PERMISSIONS, &[workspace.into()])
}

/// `GET /2.0/users/{selected_user}`: the public profile of a user.
#[must_use]
pub fn one(user: &UserRef) -> Endpoint {
    Endpoint::spell(&ONE, &[Part::Text(user.as_str())])
}
