//! What people may do in a workspace and its repositories.

use serde::Deserialize;

use super::open_enum::open_enum;
use super::{Account, Fields, Repository, lenient};

open_enum! {
    /// What a member may do in a workspace.
    WorkspacePermission {
        /// Administers it.
        Owner = "owner",
        /// Creates projects.
        CreateProject = "create-project",
        /// Creates repositories: a role that Bitbucket no longer gives but still prints.
        Collaborator = "collaborator",
        /// Belongs to it.
        Member = "member",
    }
}

open_enum! {
    /// What somebody may do in a repository.
    RepositoryPermission {
        /// Administers it, which creating hooks needs.
        Admin = "admin",
        /// Writes.
        Write = "write",
        /// Reads.
        Read = "read",
    }
}

/// A member of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Deserialize)]
#[non_exhaustive]
pub struct WorkspaceMember {
    /// Who; `None` when the account is gone.
    #[serde(default, rename = "user", deserialize_with = "lenient")]
    pub account: Option<Account>,
    /// What they may do; `None` where the listing does not say.
    #[serde(default, deserialize_with = "lenient")]
    pub permission: Option<WorkspacePermission>,
}

/// What one account may do in one repository, by whatever way it came to that.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct RepositoryAccess {
    /// What.
    pub permission: RepositoryPermission,
    /// Where; `None` where it goes without saying and Bitbucket does not say it.
    #[serde(default, deserialize_with = "lenient")]
    pub repository: Option<Repository>,
    /// Who; `None` when it is the credential's own account, or gone.
    #[serde(default, rename = "user", deserialize_with = "lenient")]
    pub account: Option<Account>,
}

impl Fields for WorkspaceMember {
    const FIELDS: &'static [&'static str] = &[
        "user.uuid",
        "user.account_id",
        "user.display_name",
        "permission",
    ];
}

impl Fields for RepositoryAccess {
    const FIELDS: &'static [&'static str] = &[
        "permission",
        "user.uuid",
        "user.account_id",
        "user.display_name",
        "repository.uuid",
        "repository.full_name",
        "repository.name",
        "repository.mainbranch.name",
        "repository.is_private",
        "repository.description",
        "repository.workspace.uuid",
        "repository.links.html.href",
    ];
}
