//! Deploys: where a release was put to use.

use crate::ids::ReleaseId;
use crate::integration::Integration;
use crate::issues::{LONGEST_KEY, is_request_key};
use crate::ports::{Deploy, NewDeploy, Release, ReleaseState, StoreError};

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
    /// The key of the request can't be one.
    #[error("the key of the request: 1 to {LONGEST_KEY} visible ASCII characters are expected")]
    Key,
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
            Self::Key => "invalid_field",
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
    /// Remembers that a release was deployed, now, and tells the tracker as soon as it has the release. The same `key` is the same deploy.
    /// Without one, asking again changes nothing until another release was deployed there; after that it is a deploy of its own: a rollback.
    ///
    /// # Errors
    /// [`DeployReleaseError`]; nothing was stored then.
    pub async fn deploy_release(
        &self,
        id: ReleaseId,
        environment: &str,
        key: Option<&str>,
    ) -> Result<Deploy, DeployReleaseError> {
        check_environment(environment)
            .map_err(|reason| DeployReleaseError::Environment { reason })?;
        if key.is_some_and(|key| !is_request_key(key)) {
            return Err(DeployReleaseError::Key);
        }
        let release = self.ports.releases.find(id).await?;
        let release = release.ok_or(DeployReleaseError::Unknown)?;
        Ok(self.deployed(&release, (environment, key)).await?)
    }

    /// Stored before the release is looked at: whoever publishes it meanwhile looks for deploys after that, so that one of both tells.
    pub(super) async fn deployed(
        &self,
        release: &Release,
        (environment, key): (&str, Option<&str>),
    ) -> Result<Deploy, StoreError> {
        let deploy = NewDeploy {
            environment: environment.to_owned(),
            deployed_at: self.ports.clock.now(),
            key: key.map(str::to_owned),
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
