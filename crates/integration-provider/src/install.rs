//! Connecting a workspace: the credential is tried before it is kept.

use bitbucket_api_paths::{Workspace, WorkspaceUuid};
use bitbucket_http_client::{ApiError, BitbucketApi};

use crate::ids::InstallationId;
use crate::integration::Integration;
use crate::ports::{
    ConnectorError, Installation, InstallationKind, InstallationState, StoreError,
    StoredCredential, TrackerName,
};

/// A workspace that is to be connected.
#[derive(Debug, Clone)]
pub struct ConnectWorkspace {
    /// Its slug or UUID.
    pub workspace: Workspace,
    /// How we prove to Bitbucket who we are.
    pub credential: StoredCredential,
    /// The tracker it reports to; `None`: the only one that is configured.
    pub tracker: Option<TrackerName>,
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
    /// Connects a workspace, or gives a connected one a new credential; its repositories and history stay.
    ///
    /// # Errors
    /// [`ConnectWorkspaceError`]; nothing was stored then.
    pub async fn connect_workspace(
        &self,
        request: ConnectWorkspace,
    ) -> Result<Installation, ConnectWorkspaceError> {
        let ConnectWorkspace {
            workspace,
            credential,
            tracker,
        } = request;
        let tracker = self.choose_tracker(tracker)?;
        let client = self
            .ports
            .bitbucket
            .connect(&credential)
            .map_err(ConnectWorkspaceError::Credential)?;
        let (slug, uuid) = seen(client.as_ref(), workspace).await?;
        let earlier = self.ports.installations.by_workspace(&uuid).await?;
        let installation = Installation {
            id: earlier.as_ref().map_or_else(
                || InstallationId::fresh(self.ports.clock.as_ref(), self.ports.entropy.as_ref()),
                |i| i.id,
            ),
            workspace: slug,
            workspace_uuid: uuid,
            kind: kind_of(&credential),
            tracker,
            state: InstallationState::Active,
            created_at: earlier.map_or_else(
                || self.ports.clock.now(),
                |installation| installation.created_at,
            ),
        };
        self.ports
            .installations
            .save(&installation, &credential)
            .await?;
        Ok(installation)
    }

    fn choose_tracker(
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
        StoredCredential::Connect { client_key, .. } => InstallationKind::Connect {
            client_key: client_key.clone(),
        },
    }
}

#[cfg(test)]
mod tests;
