//! Who belongs to a workspace, and who may do what in a repository.

use serde::{Deserialize, Serialize};

use super::bitbucket::{Bitbucket, Repository};

/// An account's place in a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// Slug of the workspace.
    pub workspace: String,
    /// Uuid of the account.
    pub user: String,
    /// `owner`, `create-project` or `member`.
    pub permission: String,
}

/// An account's permission on a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Uuid of the repository.
    pub repository: String,
    /// Uuid of the account.
    pub user: String,
    /// `admin`, `write` or `read`.
    pub permission: String,
}

impl Membership {
    /// An account in a workspace.
    pub fn new(workspace: &str, user: &str, permission: &str) -> Self {
        Self {
            workspace: workspace.to_owned(),
            user: user.to_owned(),
            permission: permission.to_owned(),
        }
    }
}

impl Grant {
    /// An account's permission on the repository with this uuid.
    pub fn new(repository: &str, user: &str, permission: &str) -> Self {
        Self {
            repository: repository.to_owned(),
            user: user.to_owned(),
            permission: permission.to_owned(),
        }
    }
}

impl Bitbucket {
    /// An account's place in a workspace.
    pub(crate) fn membership(&self, workspace: &str, user: &str) -> Option<&Membership> {
        let mut all = self.memberships.iter();
        all.find(|one| one.workspace == workspace && one.user == user)
    }

    /// What an account may do in a repository: all as an owner of the workspace, else what it was given.
    pub(crate) fn permission_on(&self, repository: &Repository, user: &str) -> Option<&str> {
        let home = self.membership(&repository.workspace, user)?;
        if home.permission == "owner" {
            return Some("admin");
        }
        let mut all = self.grants.iter();
        let given = all.find(|one| one.repository == repository.uuid && one.user == user);
        given.map(|grant| grant.permission.as_str())
    }
}
