//! Working on claimed jobs: one file for each kind of work, one for what comes after.

mod comment;
mod error;
mod publish;
mod push;
mod resolve;
mod settle;

pub use error::WorkError;
pub use publish::{FIRST_RELEASE_COMMITS, MAX_RELEASE_COMMITS};
pub use push::MAX_PUSH_COMMITS;
pub use settle::Settled;

use std::sync::Arc;

use bitbucket_commit_resolver::{Grammar, ShortId};

use crate::ids::{InstallationId, RepositoryId};
use crate::integration::Integration;
use crate::ports::{
    Installation, InstallationState, IssueTracker, Job, NewJob, ProjectSlug, TrackedRepository,
    TrackerIssue, Work,
};

impl Integration {
    /// Does the work of a claimed job and says what follows from it. The job itself is not settled.
    async fn perform(&self, job: &Job) -> Result<Vec<NewJob>, WorkError> {
        match &job.work {
            Work::ProcessDelivery { delivery } => self.process_delivery(*delivery).await,
            Work::CommentOnIssue {
                repository,
                commit,
                short_id,
            } => self.comment_on_issue(*repository, commit, short_id).await,
            Work::PublishRelease { release } => self.publish_release(*release).await,
            Work::ResolveIssue {
                release, short_id, ..
            } => self.resolve_issue(*release, short_id).await,
        }
    }

    /// The installation, if it is in use.
    async fn active_installation(&self, id: InstallationId) -> Result<Installation, WorkError> {
        let installation = self.ports.installations.find(id).await?;
        installation
            .filter(|installation| installation.state == InstallationState::Active)
            .ok_or(WorkError::Gone {
                what: "the installation",
            })
    }

    async fn followed_repository(&self, id: RepositoryId) -> Result<TrackedRepository, WorkError> {
        self.ports
            .repositories
            .find(id)
            .await?
            .ok_or(WorkError::Gone {
                what: "the repository",
            })
    }

    /// Reads commit messages, minding only issues of these projects (of any, if none are given): what looks like an issue of another one,
    /// such as `UTF-8`, costs the tracker no question.
    fn grammar_of(&self, projects: &[ProjectSlug]) -> Grammar {
        if projects.is_empty() {
            return self.settings.grammar.clone();
        }
        self.settings
            .grammar
            .with_projects(projects.iter().map(ProjectSlug::as_str))
    }

    fn tracker_of(&self, installation: &Installation) -> Result<Arc<dyn IssueTracker>, WorkError> {
        self.ports
            .trackers
            .tracker(&installation.tracker)
            .ok_or_else(|| WorkError::TrackerNotConfigured {
                name: installation.tracker.clone(),
            })
    }
}

/// The issue with this short id, if it is one that this repository may touch.
async fn permitted_issue(
    tracker: &dyn IssueTracker,
    short_id: &str,
    projects: &[ProjectSlug],
) -> Result<Option<TrackerIssue>, WorkError> {
    let Ok(short_id) = ShortId::parse(short_id) else {
        return Ok(None);
    };
    let issue = tracker.find(&short_id).await?;
    Ok(issue.filter(|issue| projects.is_empty() || projects.contains(&issue.project)))
}

#[cfg(test)]
mod tests;
