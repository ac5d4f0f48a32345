//! Connecting a workspace: the credential is tried before it is kept, and what it lacks is told.

mod consent;
mod disconnect;
mod probe;

use std::sync::Arc;

use bitbucket_api_paths::{Workspace, WorkspaceUuid};
use bitbucket_http_client::policy::Priority;
use bitbucket_http_client::{ApiError, BitbucketApi};

use crate::connect::credential_of;
use crate::ids::InstallationId;
use crate::integration::Integration;
use crate::ports::{
    ConnectTenant, ConnectorError, Installation, InstallationKind, InstallationState, StoreError,
    StoredCredential, TenantState, TrackerName,
};

pub use consent::{AskedConsent, ConsentAnswer, ConsentError, LONGEST_CONSENT};
pub use disconnect::{DisconnectError, Disconnected, LeftHook};
pub use probe::{AccessFinding, Granted};

/// A workspace that is to be connected.
#[derive(Debug, Clone)]
pub struct ConnectWorkspace {
    /// Its slug or UUID.
    pub workspace: Workspace,
    /// How we prove to Bitbucket who we are.
    pub access: Access,
    /// The tracker it reports to; `None`: the only one that is configured.
    pub tracker: Option<TrackerName>,
}

/// How a workspace is reached.
#[derive(Debug, Clone)]
pub enum Access {
    /// With this credential.
    Credential(StoredCredential),
    /// As the Connect app, which the workspace has installed.
    InstalledApp,
}

/// A workspace that is connected now.
#[derive(Debug, Clone)]
pub struct ConnectedWorkspace {
    /// The installation.
    pub installation: Installation,
    /// Whether it is new; else its credential was replaced.
    pub created: bool,
    /// What the credential may do, as far as it could be tried.
    pub access: Vec<AccessFinding>,
}

/// Why a workspace was not connected. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum ConnectWorkspaceError {
    /// No tracker is configured.
    #[error(
        "no tracker is configured; add a [trackers.NAME] table to the configuration and restart"
    )]
    NoTracker,
    /// Several trackers are configured and none was named.
    #[error("several trackers are configured, name one of: {}", names(known))]
    WhichTracker {
        /// Their names.
        known: Vec<TrackerName>,
    },
    /// No tracker of this name is configured.
    #[error("no tracker is named `{name}`; configured are: {}", names(known))]
    UnknownTracker {
        /// The name that was asked for.
        name: TrackerName,
        /// The configured ones.
        known: Vec<TrackerName>,
    },
    /// The workspace has not installed the Connect app.
    #[error(
        "workspace `{workspace}` has not installed the app; install it at Bitbucket, or connect with a token"
    )]
    AppNotInstalled {
        /// The workspace.
        workspace: Workspace,
    },
    /// The credential can't be put into a request.
    #[error(transparent)]
    Credential(ConnectorError),
    /// Bitbucket did not take the credential, or has no such workspace for it.
    #[error("Bitbucket did not show workspace `{workspace}` with this credential: {error}")]
    Bitbucket {
        /// The workspace.
        workspace: Workspace,
        /// What Bitbucket said.
        error: ApiError,
    },
    /// The store failed.
    #[error("the installation could not be stored")]
    Store(#[source] StoreError),
}

impl ConnectWorkspaceError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoTracker => "no_tracker",
            Self::WhichTracker { .. } => "which_tracker",
            Self::UnknownTracker { .. } => "unknown_tracker",
            Self::AppNotInstalled { .. } => "app_not_installed",
            Self::Credential(_) => "credential_unusable",
            Self::Bitbucket { error, .. } => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}

impl From<StoreError> for ConnectWorkspaceError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn names(known: &[TrackerName]) -> String {
    known
        .iter()
        .map(TrackerName::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}

impl Integration {
    /// Connects a workspace, or gives a connected one a new credential; its repositories and history stay. When it was disconnected,
    /// its repositories come back.
    ///
    /// # Errors
    /// [`ConnectWorkspaceError`]; nothing was stored then.
    pub async fn connect_workspace(
        &self,
        request: ConnectWorkspace,
    ) -> Result<ConnectedWorkspace, ConnectWorkspaceError> {
        let ConnectWorkspace {
            workspace,
            access,
            tracker,
        } = request;
        let tracker = self.choose_tracker(tracker)?;
        let credential = match access {
            Access::Credential(credential) => credential,
            Access::InstalledApp => self.installed_app(&workspace).await?,
        };
        self.connect_with(workspace, credential, tracker).await
    }

    /// Tries a credential on a workspace and keeps it.
    pub(crate) async fn connect_with(
        &self,
        workspace: Workspace,
        credential: StoredCredential,
        tracker: TrackerName,
    ) -> Result<ConnectedWorkspace, ConnectWorkspaceError> {
        let client = self.try_out(&credential)?;
        let (slug, uuid) = seen(client.as_ref(), workspace).await?;
        let access = probe::access(client.as_ref(), &Workspace::from(uuid.clone())).await;
        let earlier = self.ports.installations.by_workspace(&uuid).await?;
        let installation = Installation {
            id: earlier.as_ref().map_or_else(|| self.fresh_id(), |i| i.id),
            workspace: slug,
            workspace_uuid: uuid,
            kind: kind_of(&credential),
            tracker,
            state: InstallationState::Active,
            created_at: earlier
                .as_ref()
                .map_or_else(|| self.ports.clock.now(), |earlier| earlier.created_at),
        };
        self.remember_tenant(&installation, &credential).await?;
        self.ports
            .installations
            .save(&installation, &credential)
            .await?;
        self.ports.bitbucket.forget(installation.id);
        let returns = |earlier: &Installation| earlier.state == InstallationState::Disabled;
        if earlier.as_ref().is_none_or(returns) {
            self.enqueue_recovery(&installation).await?;
        }
        Ok(ConnectedWorkspace {
            installation,
            created: earlier.is_none(),
            access,
        })
    }

    /// A grant that renews itself is not kept yet: its access token alone is tried.
    fn try_out(
        &self,
        credential: &StoredCredential,
    ) -> Result<Arc<dyn BitbucketApi>, ConnectWorkspaceError> {
        let tried = match credential {
            StoredCredential::OAuth { grant, .. } => StoredCredential::AccessToken {
                token: grant.access_token.clone(),
            },
            StoredCredential::AccessToken { .. }
            | StoredCredential::ApiToken { .. }
            | StoredCredential::ClientCredentials { .. }
            | StoredCredential::Connect { .. } => credential.clone(),
        };
        let client = self
            .ports
            .bitbucket
            .connect(None, &tried, Priority::Interactive);
        client.map_err(ConnectWorkspaceError::Credential)
    }

    fn fresh_id(&self) -> InstallationId {
        InstallationId::fresh(self.ports.clock.as_ref(), self.ports.entropy.as_ref())
    }

    /// The credential of the app in a workspace that has installed it.
    async fn installed_app(
        &self,
        workspace: &Workspace,
    ) -> Result<StoredCredential, ConnectWorkspaceError> {
        let named = workspace.as_str();
        let tenants = self.ports.tenants.tenants().await?;
        let tenant = tenants.into_iter().find(|tenant| {
            tenant.state == TenantState::Installed
                && (tenant.workspace.as_str().eq_ignore_ascii_case(named)
                    || tenant.workspace_uuid.as_str() == named)
        });
        let missing = || ConnectWorkspaceError::AppNotInstalled {
            workspace: workspace.clone(),
        };
        let tenant = tenant.ok_or_else(missing)?;
        let secret = self.ports.tenants.tenant_secret(&tenant.client_key).await?;
        Ok(credential_of(&tenant, &secret.ok_or_else(missing)?))
    }

    /// An installation of the app whose secret somebody brought: from now on Bitbucket's calls about it are known.
    async fn remember_tenant(
        &self,
        installation: &Installation,
        credential: &StoredCredential,
    ) -> Result<(), StoreError> {
        let StoredCredential::Connect {
            app_key,
            client_key,
            shared_secret,
        } = credential
        else {
            return Ok(());
        };
        let tenant = ConnectTenant {
            client_key: client_key.clone(),
            app_key: app_key.clone(),
            workspace: installation.workspace.clone(),
            workspace_uuid: installation.workspace_uuid.clone(),
            state: TenantState::Installed,
            installed_at: self.ports.clock.now(),
        };
        self.ports.tenants.save_tenant(&tenant, shared_secret).await
    }

    pub(crate) fn choose_tracker(
        &self,
        asked: Option<TrackerName>,
    ) -> Result<TrackerName, ConnectWorkspaceError> {
        let known = self.ports.trackers.names();
        match asked {
            Some(name) if known.contains(&name) => Ok(name),
            Some(name) => Err(ConnectWorkspaceError::UnknownTracker { name, known }),
            None => match known.as_slice() {
                [] => Err(ConnectWorkspaceError::NoTracker),
                [only] => Ok(only.clone()),
                _ => Err(ConnectWorkspaceError::WhichTracker { known }),
            },
        }
    }
}

/// The workspace as Bitbucket shows it to this credential.
async fn seen(
    client: &dyn BitbucketApi,
    workspace: Workspace,
) -> Result<(Workspace, WorkspaceUuid), ConnectWorkspaceError> {
    match client.workspace(&workspace).await {
        Ok(shown) => Ok((shown.slug, shown.uuid)),
        Err(error) => Err(ConnectWorkspaceError::Bitbucket { workspace, error }),
    }
}

fn kind_of(credential: &StoredCredential) -> InstallationKind {
    match credential {
        StoredCredential::AccessToken { .. } => InstallationKind::AccessToken,
        StoredCredential::ApiToken { .. } => InstallationKind::ApiToken,
        StoredCredential::OAuth { .. } => InstallationKind::OAuth,
        StoredCredential::ClientCredentials { .. } => InstallationKind::ClientCredentials,
        StoredCredential::Connect { client_key, .. } => InstallationKind::Connect {
            client_key: client_key.clone(),
        },
    }
}

#[cfg(test)]
mod tests;
