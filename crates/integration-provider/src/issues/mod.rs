//! Issues of Bitbucket's own tracker beside those of the error tracker: forms, search, creating, linking.
//!
//! Bitbucket Cloud took its tracker away in August 2026; where it is gone, each of these says so.

mod create;
mod error;
mod form;
mod link;
mod search;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use create::is_request_key;
pub use create::{CreateIssue, LONGEST_DESCRIPTION, LONGEST_KEY, LONGEST_TITLE};
pub use error::IssueError;
pub use form::{FieldKind, FormField, IssueForm};
pub use link::{LinkIssue, LinkedIssue};
pub use search::{FoundIssues, MOST_FOUND_ISSUES};
pub use words::{IssueKind, IssuePriority};

pub(crate) use create::{created_before, stale};

use std::sync::Arc;

use bitbucket_api_paths::{RepoFullName, RepoRef};
use bitbucket_http_client::BitbucketApi;
use bitbucket_http_client::policy::Priority;

use crate::ids::InstallationId;
use crate::integration::Integration;
use crate::ports::{
    Installation, InstallationState, IssueTracker, TrackedRepository, TrackerIssue,
};

/// A repository and an issue of the error tracker that may go there.
struct Subject {
    installation: Installation,
    repository: TrackedRepository,
    issue: TrackerIssue,
    client: Arc<dyn BitbucketApi>,
}

impl Subject {
    fn at(&self) -> RepoRef {
        RepoRef::from(self.repository.uuid.clone())
    }
}

impl Integration {
    /// Both must belong to the same workspace's connection, and the issue to a project of the repository.
    async fn subject(
        &self,
        repository: &RepoFullName,
        short_id: &str,
    ) -> Result<Subject, IssueError> {
        let found = self.ports.repositories.by_full_name(repository).await?;
        let repository = found.ok_or(IssueError::UnknownRepository)?;
        let installation = self.active_workspace(repository.installation).await?;
        let issue = self.tracked_issue(&installation, short_id).await?;
        let projects = &repository.projects;
        if !projects.is_empty() && !projects.contains(&issue.project) {
            return Err(IssueError::unknown_issue(short_id));
        }
        let client = self.client(&installation, Priority::Interactive).await?;
        Ok(Subject {
            installation,
            repository,
            issue,
            client,
        })
    }

    async fn active_workspace(&self, id: InstallationId) -> Result<Installation, IssueError> {
        let found = self.ports.installations.find(id).await?;
        found
            .filter(|one| one.state == InstallationState::Active)
            .ok_or(IssueError::NotConnected)
    }

    async fn tracked_issue(
        &self,
        installation: &Installation,
        short_id: &str,
    ) -> Result<TrackerIssue, IssueError> {
        let tracker = self.error_tracker(installation)?;
        let id = self.settings.policy.grammar().short_id(short_id);
        let id = id.ok_or_else(|| IssueError::unknown_issue(short_id))?;
        let found = tracker.find(&id).await.map_err(IssueError::Tracker)?;
        found.ok_or_else(|| IssueError::unknown_issue(short_id))
    }

    fn error_tracker(
        &self,
        installation: &Installation,
    ) -> Result<Arc<dyn IssueTracker>, IssueError> {
        let tracker = self.ports.trackers.tracker(&installation.tracker);
        tracker.ok_or_else(|| IssueError::TrackerNotConfigured {
            name: installation.tracker.clone(),
        })
    }
}
