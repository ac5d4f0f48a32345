//! Whom a credential belongs to, and what it sees.

use bitbucket_api_paths::{ParseError, UserUuid, Workspace, WorkspaceUuid};
use serde::Deserialize;

use super::lenient;

/// A person, a bot or an app. An access token shows up as an account that bears the token's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(from = "WireAccount")]
#[non_exhaustive]
pub struct Account {
    /// Its id at Bitbucket; absent from some apps and deleted people.
    pub uuid: Option<UserUuid>,
    /// Its id across Atlassian; absent from bots and apps.
    pub account_id: Option<String>,
    /// The name that people see; not unique.
    pub display_name: String,
}

/// A workspace that a credential sees.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "WireAccess")]
#[non_exhaustive]
pub struct WorkspaceAccess {
    /// The workspace's id for life.
    pub uuid: WorkspaceUuid,
    /// Its slug.
    pub slug: Workspace,
    /// Whether the credential's account administers it.
    pub administrator: bool,
}

#[derive(Deserialize)]
struct WireAccount {
    #[serde(default, deserialize_with = "lenient")]
    uuid: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    account_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    display_name: Option<String>,
}

impl From<WireAccount> for Account {
    fn from(wire: WireAccount) -> Self {
        Self {
            uuid: wire.uuid.and_then(|uuid| UserUuid::parse(&uuid).ok()),
            account_id: wire.account_id,
            display_name: wire.display_name.unwrap_or_default(),
        }
    }
}

#[derive(Deserialize)]
struct WireAccess {
    workspace: WireWorkspace,
    #[serde(default, deserialize_with = "lenient")]
    administrator: Option<bool>,
}

#[derive(Deserialize)]
struct WireWorkspace {
    uuid: String,
    slug: String,
}

impl TryFrom<WireAccess> for WorkspaceAccess {
    type Error = ParseError;

    fn try_from(wire: WireAccess) -> Result<Self, Self::Error> {
        Ok(Self {
            uuid: WorkspaceUuid::parse(&wire.workspace.uuid)?,
            slug: Workspace::parse(&wire.workspace.slug)?,
            administrator: wire.administrator.unwrap_or(false),
        })
    }
}
