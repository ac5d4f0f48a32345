//! Telling an issue which commit names it.

use bitbucket_api_paths::CommitSha;
use bitbucket_commit_resolver::Action;

use super::WorkError;
use super::text::because_of;
use crate::ids::RepositoryId;
use crate::integration::Integration;
use crate::ports::{Capability, LoggedCommit, NewJob};

impl Integration {
    pub(super) async fn comment_on_issue(
        &self,
        repository: RepositoryId,
        sha: &CommitSha,
        short_id: &str,
    ) -> Result<Vec<NewJob>, WorkError> {
        let repository = self.followed_repository(repository).await?;
        let installation = self.active_installation(repository.installation).await?;
        let tracker = self.tracker_of(&installation)?;
        if !tracker.capabilities().has(Capability::Comment) {
            return Ok(Vec::new());
        }
        let commit = self.recorded_commit(repository.id, sha).await?;
        let issue = self
            .permitted_issue(tracker.as_ref(), short_id, &repository.projects)
            .await?;
        let Some(issue) = issue else {
            tell_unknown(short_id, sha);
            return Ok(Vec::new());
        };
        let text = because_of(Action::Reference, &repository, &commit);
        tracker.comment(&issue, &text).await?;
        self.did(repository.id, sha, short_id, Action::Reference)
            .await?;
        Ok(Vec::new())
    }

    pub(super) async fn recorded_commit(
        &self,
        repository: RepositoryId,
        sha: &CommitSha,
    ) -> Result<LoggedCommit, WorkError> {
        let commit = self.ports.commits.find(repository, sha).await?;
        commit.ok_or(WorkError::Gone { what: "the commit" })
    }
}

pub(super) fn tell_unknown(short_id: &str, sha: &CommitSha) {
    tracing::info!(
        issue.short_id = short_id,
        commit.sha = %sha,
        "a commit names an issue that the tracker does not know"
    );
}
