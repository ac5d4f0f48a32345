//! Repositories.

use bitbucket_api_paths::{Filter, ParseError, RepoFullName, RepoUuid, WorkspaceUuid};
use serde::Deserialize;

use super::{Fields, href, lenient};

/// A repository. Its `uuid` stays when it is renamed or moved; everything else may change.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WireRepository")]
#[non_exhaustive]
pub struct Repository {
    /// Its id for life.
    pub uuid: RepoUuid,
    /// Workspace and slug, as in its address.
    pub full_name: RepoFullName,
    /// The name that people gave it.
    pub name: String,
    /// The main branch; `None` while the repository is empty.
    pub main_branch: Option<String>,
    /// Whether only members see it.
    pub is_private: bool,
    /// What people wrote about it; empty when nothing.
    pub description: String,
    /// The id of its workspace.
    pub workspace_uuid: Option<WorkspaceUuid>,
    /// Its page for people.
    pub html_url: Option<String>,
}

impl Repository {
    /// A private repository with a main branch `main`, for tests and adapters.
    #[must_use]
    pub fn new(uuid: RepoUuid, full_name: RepoFullName) -> Self {
        Self {
            uuid,
            name: full_name.slug().to_string(),
            full_name,
            main_branch: Some("main".to_owned()),
            is_private: true,
            description: String::new(),
            workspace_uuid: None,
            html_url: None,
        }
    }
}

/// Which repositories of a workspace to list, by name.
#[derive(Debug, Clone, Default)]
pub struct RepositoryQuery {
    /// Only those in which the credential's account has at least this role.
    pub role: Option<RepositoryRole>,
    /// Only those that this filter takes.
    pub filter: Option<Filter>,
}

/// A role in a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RepositoryRole {
    /// May read.
    Member,
    /// May write.
    Contributor,
    /// May administer, which creating hooks needs.
    Admin,
    /// Owns.
    Owner,
}

impl RepositoryRole {
    /// As it stands in a query.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Contributor => "contributor",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

impl Fields for Repository {
    const FIELDS: &'static [&'static str] = &[
        "uuid",
        "full_name",
        "name",
        "mainbranch.name",
        "is_private",
        "description",
        "workspace.uuid",
        "links.html.href",
    ];
}

#[derive(Deserialize)]
struct WireRepository {
    uuid: String,
    full_name: String,
    #[serde(default, deserialize_with = "lenient")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    mainbranch: Option<WireBranch>,
    #[serde(default, deserialize_with = "lenient")]
    is_private: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    workspace: Option<WireWorkspace>,
    #[serde(default)]
    links: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct WireBranch {
    name: String,
}

#[derive(Deserialize)]
struct WireWorkspace {
    uuid: String,
}

impl TryFrom<WireRepository> for Repository {
    type Error = ParseError;

    fn try_from(wire: WireRepository) -> Result<Self, Self::Error> {
        let full_name = RepoFullName::parse(&wire.full_name)?;
        Ok(Self {
            uuid: RepoUuid::parse(&wire.uuid)?,
            name: wire.name.unwrap_or_else(|| full_name.slug().to_string()),
            full_name,
            main_branch: wire.mainbranch.map(|branch| branch.name),
            // A repository of unknown visibility is treated as the careful case.
            is_private: wire.is_private.unwrap_or(true),
            description: wire.description.unwrap_or_default(),
            workspace_uuid: wire
                .workspace
                .and_then(|workspace| WorkspaceUuid::parse(&workspace.uuid).ok()),
            html_url: href(wire.links.as_ref(), "html"),
        })
    }
}
