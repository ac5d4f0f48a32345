//! Workspaces.

use bitbucket_api_paths::{ParseError, Workspace, WorkspaceUuid};
use serde::Deserialize;

use super::{href, lenient};

/// A workspace. Its `uuid` stays when it is renamed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WireWorkspace")]
#[non_exhaustive]
pub struct WorkspaceDetails {
    /// Its id for life.
    pub uuid: WorkspaceUuid,
    /// Its slug, as in addresses.
    pub slug: Workspace,
    /// The name that people gave it.
    pub name: String,
    /// Whether only members see it; `None` when Bitbucket did not say.
    pub is_private: Option<bool>,
    /// Its page for people.
    pub html_url: Option<String>,
}

impl WorkspaceDetails {
    /// A workspace named by its slug, for tests and adapters.
    #[must_use]
    pub fn new(uuid: WorkspaceUuid, slug: Workspace) -> Self {
        Self {
            uuid,
            name: slug.to_string(),
            slug,
            is_private: None,
            html_url: None,
        }
    }
}

#[derive(Deserialize)]
struct WireWorkspace {
    uuid: String,
    slug: String,
    #[serde(default, deserialize_with = "lenient")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    is_private: Option<bool>,
    #[serde(default)]
    links: Option<serde_json::Value>,
}

impl TryFrom<WireWorkspace> for WorkspaceDetails {
    type Error = ParseError;

    fn try_from(wire: WireWorkspace) -> Result<Self, Self::Error> {
        Ok(Self {
            uuid: WorkspaceUuid::parse(&wire.uuid)?,
            slug: Workspace::parse(&wire.slug)?,
            name: wire.name.unwrap_or(wire.slug),
            is_private: wire.is_private,
            html_url: href(wire.links.as_ref(), "html"),
        })
    }
}
