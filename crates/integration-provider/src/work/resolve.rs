//! Resolving an issue in the release that contains its commit.

use super::{WorkError, permitted_issue};
use crate::ids::ReleaseId;
use crate::integration::Integration;
use crate::ports::{Capability, IssueStatus, NewJob};

impl Integration {
    /// Resolves an issue in a release, unless the tracker did so by itself when it read the release's commits.
    pub(super) async fn resolve_issue(
        &self,
        release: ReleaseId,
        short_id: &str,
    ) -> Result<Vec<NewJob>, WorkError> {
        let release = self
            .ports
            .releases
            .find(release)
            .await?
            .ok_or(WorkError::Gone {
                what: "the release",
            })?;
        let installation = self.active_installation(release.installation).await?;
        let tracker = self.tracker_of(&installation)?;
        if !tracker.capabilities().has(Capability::ResolveInRelease) {
            return Ok(Vec::new());
        }
        // A release belongs to projects; the tracker refuses to resolve an issue of another project in it.
        match permitted_issue(tracker.as_ref(), short_id, &release.projects).await? {
            Some(issue) if matches!(issue.status, IssueStatus::Resolved { .. }) => {}
            Some(issue) => tracker.resolve_in_release(&issue, &release.version).await?,
            None => tracing::info!(
                issue.short_id = short_id,
                release.version,
                "a commit names an issue that the tracker does not know"
            ),
        }
        Ok(Vec::new())
    }
}
