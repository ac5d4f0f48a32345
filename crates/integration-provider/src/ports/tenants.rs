//! Workspaces that installed the Connect app, whether or not somebody linked them to a tracker.

use async_trait::async_trait;
use bitbucket_api_paths::{Workspace, WorkspaceUuid};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::StoreError;

/// A workspace's installation of our Connect app, as Bitbucket's lifecycle calls tell of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectTenant {
    /// Bitbucket's name for the installation; issuer of its tokens.
    pub client_key: String,
    /// Our app's key when it was installed; issuer of the tokens that we make.
    pub app_key: String,
    /// The workspace's slug.
    pub workspace: Workspace,
    /// The workspace's UUID.
    pub workspace_uuid: WorkspaceUuid,
    /// Whether it is installed now.
    pub state: TenantState,
    /// When it was installed last.
    pub installed_at: Timestamp,
}

/// Whether an app is installed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantState {
    /// It is.
    Installed,
    /// It was. Its secret is kept, for it signs the call by which the workspace installs again.
    Uninstalled,
}

impl TenantState {
    /// The word that is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Uninstalled => "uninstalled",
        }
    }
}

/// Keeps Connect installations. Shared secrets are encrypted at rest.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ConnectTenants: Send + Sync {
    /// Adds a tenant, or replaces the one with the same client key, together with its shared secret.
    async fn save_tenant(
        &self,
        tenant: &ConnectTenant,
        shared_secret: &SecretString,
    ) -> Result<(), StoreError>;

    /// The tenant with this client key.
    async fn tenant(&self, client_key: &str) -> Result<Option<ConnectTenant>, StoreError>;

    /// The shared secret of a tenant, the last one that was saved.
    async fn tenant_secret(&self, client_key: &str) -> Result<Option<SecretString>, StoreError>;

    /// All tenants, the one installed last first.
    async fn tenants(&self) -> Result<Vec<ConnectTenant>, StoreError>;
}
