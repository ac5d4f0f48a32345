//! Resolving an issue in the release that contains its commit.

use bitbucket_api_paths::CommitSha;
use bitbucket_commit_resolver::Action;

use super::WorkError;
use super::comment::tell_unknown;
use super::text::released;
use crate::ids::ReleaseId;
use crate::integration::Integration;
use crate::ports::{Capability, IssueStatus, NewJob};

impl Integration {
    /// Resolves an issue in a release, unless the tracker did so by itself when it read the release's commits, and says on the issue
    /// which commit came in which release.
    pub(super) async fn resolve_issue(
        &self,
        release: ReleaseId,
        sha: &CommitSha,
        short_id: &str,
    ) -> Result<Vec<NewJob>, WorkError> {
        let release = self.ports.releases.find(release).await?;
        let release = release.ok_or(WorkError::Gone {
            what: "the release",
        })?;
        let installation = self.active_installation(release.installation).await?;
        let tracker = self.tracker_of(&installation)?;
        let can = tracker.capabilities();
        // A release belongs to projects; the tracker refuses to resolve an issue of another project in it.
        let issue = self
            .permitted_issue(tracker.as_ref(), short_id, &release.projects)
            .await?;
        let Some(issue) = issue else {
            tell_unknown(short_id, sha);
            return Ok(Vec::new());
        };
        let open = !matches!(issue.status, IssueStatus::Resolved { .. });
        if open && can.has(Capability::ResolveInRelease) {
            tracker.resolve_in_release(&issue, &release.version).await?;
        }
        let repository = self.followed_repository(release.repository).await?;
        let commit = self.recorded_commit(repository.id, sha).await?;
        self.assign_author(tracker.as_ref(), &issue, &commit)
            .await?;
        if can.has(Capability::Comment) {
            let text = released(&release.version, &repository, &commit);
            tracker.comment(&issue, &text).await?;
        }
        self.did(release.repository, sha, short_id, Action::Resolve)
            .await?;
        Ok(Vec::new())
    }
}
