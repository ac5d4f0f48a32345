//! Working on claimed jobs: one file for each kind of work, one for what comes after.

mod arrival;
mod assign;
mod build_status;
mod change;
mod comment;
mod decide;
mod delivery;
mod deploy;
mod error;
mod linked_issue;
mod previous;
mod publish;
mod pull_request;
mod pull_request_comment;
mod push;
mod reconcile;
mod release_part;
mod resolve;
mod settle;
mod text;

pub(crate) use arrival::Settlement;
pub use error::WorkError;
pub use pull_request::MAX_PULL_REQUEST_COMMITS;
pub use push::MAX_PUSH_COMMITS;
pub use release_part::{FIRST_RELEASE_COMMITS, MAX_RELEASE_COMMITS};
pub use settle::Settled;

use std::sync::Arc;

use bitbucket_api_paths::CommitSha;
use bitbucket_commit_resolver::Action;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::ids::{InstallationId, RepositoryId};
use crate::integration::Integration;
use crate::ports::{
    Installation, InstallationState, IssueEffect, IssueTracker, Job, Learned, NewJob, ProjectSlug,
    StoreError, TrackedRepository, TrackerIssue, Work,
};

/// How many issues one job asks the tracker for side by side.
const LOOKUPS: usize = 8;

/// What a job leaves behind; it is stored together with its end.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    follow_ups: Vec<NewJob>,
    learned: Option<Learned>,
}

impl From<Vec<NewJob>> for Outcome {
    fn from(follow_ups: Vec<NewJob>) -> Self {
        Self {
            follow_ups,
            learned: None,
        }
    }
}

impl Integration {
    /// Does the work of a claimed job and says what follows from it. The job itself is not settled.
    async fn perform(&self, job: &Job) -> Result<Outcome, WorkError> {
        match &job.work {
            Work::ProcessDelivery { delivery } => self.process_delivery(*delivery).await,
            other => self.perform_other(other).await.map(Outcome::from),
        }
    }

    async fn perform_other(&self, work: &Work) -> Result<Vec<NewJob>, WorkError> {
        match work {
            Work::ProcessDelivery { .. } => Ok(Vec::new()),
            Work::CommentOnIssue {
                repository,
                commit,
                short_id,
            } => self.comment_on_issue(*repository, commit, short_id).await,
            Work::ChangeIssue {
                repository,
                commit,
                short_id,
                action,
            } => {
                self.change_issue(*repository, commit, short_id, *action)
                    .await
            }
            Work::PublishRelease { release } => self.publish_release(*release).await,
            Work::RecordDeploy {
                release,
                environment,
                number,
                ..
            } => self.record_deploy(*release, (environment, *number)).await,
            Work::ResolveIssue {
                release,
                commit,
                short_id,
            } => self.resolve_issue(*release, commit, short_id).await,
            Work::CommentOnPullRequest {
                repository,
                pull_request,
                ..
            } => {
                self.comment_on_pull_request(*repository, *pull_request)
                    .await
            }
            Work::ReportStatus { repository, commit } => {
                self.report_status(*repository, commit).await
            }
            Work::TellOfLink { link } => self.tell_of_link(*link).await,
            Work::CommentOnLinkedIssue { link, text, .. } => {
                self.comment_on_linked_issue(*link, text).await
            }
            Work::SettleCreation { link } => self.settle_creation(*link).await,
            Work::SyncRepositories {
                installation,
                round,
            } => self.sync_repositories(*installation, *round).await,
            Work::CheckRepository {
                repository,
                installation,
                rotate,
                ..
            } => {
                self.check_repository(*repository, *installation, *rotate)
                    .await
            }
        }
    }

    /// The installation, if it is in use.
    pub(crate) async fn active_installation(
        &self,
        id: InstallationId,
    ) -> Result<Installation, WorkError> {
        let installation = self.ports.installations.find(id).await?;
        installation
            .filter(|installation| installation.state == InstallationState::Active)
            .ok_or(WorkError::Gone {
                what: "the installation",
            })
    }

    pub(crate) async fn followed_repository(
        &self,
        id: RepositoryId,
    ) -> Result<TrackedRepository, WorkError> {
        self.ports
            .repositories
            .find(id)
            .await?
            .ok_or(WorkError::Gone {
                what: "the repository",
            })
    }

    /// The issue with this short id, if it is one that these projects' commits may touch (any, if none are given).
    async fn permitted_issue(
        &self,
        tracker: &dyn IssueTracker,
        short_id: &str,
        projects: &[ProjectSlug],
    ) -> Result<Option<TrackerIssue>, WorkError> {
        let Some(short_id) = self.settings.policy.grammar().short_id(short_id) else {
            return Ok(None);
        };
        let issue = tracker.find(&short_id).await?;
        Ok(issue.filter(|issue| projects.is_empty() || projects.contains(&issue.project)))
    }

    /// Those of these issues that may be touched, each once, in the order of their short ids. The tracker is asked side by side.
    async fn permitted_issues(
        &self,
        tracker: &dyn IssueTracker,
        short_ids: &[String],
        projects: &[ProjectSlug],
    ) -> Result<Vec<TrackerIssue>, WorkError> {
        let asked = short_ids
            .iter()
            .map(|short_id| self.permitted_issue(tracker, short_id, projects));
        let mut found = stream::iter(asked.collect::<Vec<_>>()).buffered(LOOKUPS);
        let mut issues: Vec<TrackerIssue> = Vec::new();
        while let Some(issue) = found.try_next().await? {
            issues.extend(issue.filter(|one| issues.iter().all(|known| known.id != one.id)));
        }
        Ok(issues)
    }

    /// Remembers that something was done to an issue.
    async fn did(
        &self,
        repository: RepositoryId,
        commit: &CommitSha,
        short_id: &str,
        action: Action,
    ) -> Result<(), StoreError> {
        let effect = IssueEffect {
            short_id: short_id.to_owned(),
            action,
            commit: commit.clone(),
        };
        let now = self.ports.clock.now();
        self.ports.effects.record(repository, &effect, now).await
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

#[cfg(test)]
mod tests;
