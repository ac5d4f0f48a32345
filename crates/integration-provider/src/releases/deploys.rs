//! Deploys: where a release was put to use.

use crate::ids::ReleaseId;
use crate::integration::Integration;
use crate::ports::{Deploy, Release, ReleaseState, StoreError};

/// Longest name of an environment, in characters (Sentry's limit).
pub const LONGEST_ENVIRONMENT: usize = 64;

/// Why a deploy was not taken. Nothing was stored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DeployReleaseError {
    /// No release has this id.
    #[error("there is no release with this id")]
    Unknown,
    /// The environment's name can't be one.
    #[error("the environment {reason}")]
    Environment {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The store failed.
    #[error("the deploy could not be stored")]
    Store(#[source] StoreError),
}

impl DeployReleaseError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not_found",
            Self::Environment { .. } => "invalid_environment",
            Self::Store(error) => error.code(),
        }
    }
}

impl From<StoreError> for DeployReleaseError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Integration {
    /// Remembers that a release was deployed, now, and tells the tracker as soon as it has the release. The same environment again changes
    /// nothing.
    ///
    /// # Errors
    /// [`DeployReleaseError`]; nothing was stored then.
    pub async fn deploy_release(
        &self,
        id: ReleaseId,
        environment: &str,
    ) -> Result<Deploy, DeployReleaseError> {
        check_environment(environment)
            .map_err(|reason| DeployReleaseError::Environment { reason })?;
        let release = self.ports.releases.find(id).await?;
        let release = release.ok_or(DeployReleaseError::Unknown)?;
        Ok(self.deployed(&release, environment.to_owned()).await?)
    }

    /// Stored before the release is looked at: whoever publishes it meanwhile looks for deploys after that, so that one of both tells.
    pub(super) async fn deployed(
        &self,
        release: &Release,
        environment: String,
    ) -> Result<Deploy, StoreError> {
        let deploy = Deploy {
            environment,
            deployed_at: self.ports.clock.now(),
        };
        let releases = &self.ports.releases;
        let deploy = releases.record_deploy(release.id, &deploy).await?;
        let now = releases.find(release.id).await?;
        if let Some(release) = now.filter(|release| release.state == ReleaseState::Published) {
            let jobs = self.deploy_jobs(&release).await?;
            self.ports.jobs.enqueue(&jobs).await?;
        }
        Ok(deploy)
    }
}

/// What Sentry refuses as the name of an environment.
pub(super) fn check_environment(environment: &str) -> Result<(), &'static str> {
    match environment {
        "" => Err("is empty"),
        "none" => Err("is `none`, which means no environment"),
        _ if environment.chars().count() > LONGEST_ENVIRONMENT => {
            Err("is longer than 64 characters")
        }
        _ if environment.contains('/') => Err("holds a `/`"),
        _ if environment.trim() != environment => Err("begins or ends with white space"),
        _ if environment.chars().any(char::is_control) => Err("holds a control character"),
        _ => Ok(()),
    }
}
