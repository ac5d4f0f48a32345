//! Telling the tracker where a release was deployed.

use super::WorkError;
use crate::ids::ReleaseId;
use crate::integration::Integration;
use crate::ports::{Capability, Deploy, NewJob, Release, StoreError, TrackerDeploy, Work};

impl Integration {
    pub(super) async fn record_deploy(
        &self,
        id: ReleaseId,
        (environment, number): (&str, Option<u32>),
    ) -> Result<Vec<NewJob>, WorkError> {
        let release = self.ports.releases.find(id).await?.ok_or(WorkError::Gone {
            what: "the release",
        })?;
        let number = number.unwrap_or(1);
        let deploys = self.ports.releases.deploys(id).await?;
        let deploy = deploys
            .into_iter()
            .find(|deploy| deploy.environment == environment && deploy.number == number)
            .ok_or(WorkError::Gone { what: "the deploy" })?;
        let installation = self.active_installation(release.installation).await?;
        let tracker = self.tracker_of(&installation)?;
        if tracker.capabilities().has(Capability::Deploy) {
            let told = TrackerDeploy {
                version: release.version,
                environment: deploy.environment,
                deployed_at: deploy.deployed_at,
                number,
            };
            tracker.deploy(&told).await?;
        } else {
            tracing::info!(release.version = %release.version, "the tracker keeps no deploys");
        }
        Ok(Vec::new())
    }

    /// The jobs that tell the tracker of the deploys of a published release.
    pub(crate) async fn deploy_jobs(&self, release: &Release) -> Result<Vec<NewJob>, StoreError> {
        let deploys = self.ports.releases.deploys(release.id).await?;
        let work = |deploy: Deploy| Work::RecordDeploy {
            release: release.id,
            installation: release.installation,
            version: release.version.clone(),
            environment: deploy.environment,
            number: (deploy.number > 1).then_some(deploy.number),
        };
        Ok(deploys
            .into_iter()
            .map(|deploy| self.job(release.installation, work(deploy)))
            .collect())
    }
}
