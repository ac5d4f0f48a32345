//! Connected workspaces and the credentials they were connected with.

use async_trait::async_trait;
use bitbucket_api_paths::{Workspace, WorkspaceUuid};
use bitbucket_http_client::OAuthGrant;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{StoreError, TrackerName};
use crate::ids::InstallationId;

/// A workspace that somebody connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// Our identifier.
    pub id: InstallationId,
    /// The workspace's slug when it was connected; display data, the UUID is what stays.
    pub workspace: Workspace,
    /// The workspace's UUID, as Bitbucket told it.
    pub workspace_uuid: WorkspaceUuid,
    /// How we prove to Bitbucket who we are.
    pub kind: InstallationKind,
    /// The configured tracker that this workspace reports to.
    pub tracker: TrackerName,
    /// Whether it is in use.
    pub state: InstallationState,
    /// When it was connected first.
    pub created_at: Timestamp,
}

/// How an installation proves to Bitbucket who it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum InstallationKind {
    /// A repository, project or workspace access token.
    AccessToken,
    /// A personal API token with the account's e-mail address.
    ApiToken,
    /// A person's consent to an OAuth 2.0 consumer.
    OAuth,
    /// An OAuth 2.0 consumer that acts as its owner.
    ClientCredentials,
    /// An Atlassian Connect installation.
    Connect {
        /// The key that Bitbucket gave this installation; the issuer of its tokens.
        client_key: String,
    },
}

impl InstallationKind {
    /// The word that is stored and shown.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::ApiToken => "api_token",
            Self::OAuth => "oauth",
            Self::ClientCredentials => "client_credentials",
            Self::Connect { .. } => "connect",
        }
    }
}

/// Whether an installation is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InstallationState {
    /// Deliveries are accepted and work is done.
    Active,
    /// Deliveries are refused; history is kept.
    Disabled,
}

impl InstallationState {
    /// The word that is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }
}

/// A credential as it is kept. `Debug` shows its kind only.
#[derive(Debug, Clone)]
pub enum StoredCredential {
    /// A repository, project or workspace access token.
    AccessToken {
        /// Sent as `Authorization: Bearer`.
        token: SecretString,
    },
    /// A personal API token.
    ApiToken {
        /// The Atlassian account's e-mail address.
        email: String,
        /// Sent with the e-mail as `Authorization: Basic`.
        token: SecretString,
    },
    /// A person's consent to an OAuth 2.0 consumer; every use of the refresh token brings another one.
    OAuth {
        /// The consumer's key.
        consumer_key: String,
        /// The consumer's secret.
        consumer_secret: SecretString,
        /// The grant as it was saved last.
        grant: OAuthGrant,
    },
    /// An OAuth 2.0 consumer that acts as its owner.
    ClientCredentials {
        /// The consumer's key.
        consumer_key: String,
        /// The consumer's secret.
        consumer_secret: SecretString,
    },
    /// An Atlassian Connect installation.
    Connect {
        /// Our key in the descriptor; issuer of the tokens we make.
        app_key: String,
        /// Bitbucket's key of the installation; subject of the tokens we make.
        client_key: String,
        /// Signs tokens in both directions.
        shared_secret: SecretString,
    },
}

/// Keeps installations. A credential is encrypted at rest.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Installations: Send + Sync {
    /// Adds the installation, or replaces the one with the same id, together with its credential.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another installation has the same workspace or client key.
    async fn save(
        &self,
        installation: &Installation,
        credential: &StoredCredential,
    ) -> Result<(), StoreError>;

    /// The installation with this id.
    async fn find(&self, id: InstallationId) -> Result<Option<Installation>, StoreError>;

    /// The installation of this workspace, by UUID.
    async fn by_workspace(
        &self,
        workspace: &WorkspaceUuid,
    ) -> Result<Option<Installation>, StoreError>;

    /// The Connect installation with this client key.
    async fn by_client_key(&self, client_key: &str) -> Result<Option<Installation>, StoreError>;

    /// The credential of an installation; `None` when there is no such installation, or it was disconnected.
    async fn credential(&self, id: InstallationId) -> Result<Option<StoredCredential>, StoreError>;

    /// Replaces the credential of an installation if it is still `old`; says whether it was.
    async fn replace_credential(
        &self,
        id: InstallationId,
        old: &StoredCredential,
        new: &StoredCredential,
    ) -> Result<bool, StoreError>;

    /// Disables an installation and forgets its credential; everything else stays. Says whether there was one to forget.
    async fn disconnect(&self, id: InstallationId) -> Result<bool, StoreError>;

    /// All installations, oldest first.
    async fn list(&self) -> Result<Vec<Installation>, StoreError>;
}
