//! Changing an issue at once because of a commit, where the policy does not wait for a release, or because of a revert.

use bitbucket_api_paths::CommitSha;
use bitbucket_commit_resolver::Action;

use super::WorkError;
use super::comment::tell_unknown;
use super::text::because_of;
use crate::ids::RepositoryId;
use crate::integration::Integration;
use crate::ports::{Capability, IssueChange, IssueStatus, NewJob};

impl Integration {
    /// Changes the issue's status unless it has it, and says on the issue which commit asked for it.
    pub(super) async fn change_issue(
        &self,
        repository: RepositoryId,
        sha: &CommitSha,
        short_id: &str,
        action: Action,
    ) -> Result<Vec<NewJob>, WorkError> {
        let repository = self.followed_repository(repository).await?;
        let installation = self.active_installation(repository.installation).await?;
        let tracker = self.tracker_of(&installation)?;
        let commit = self.recorded_commit(repository.id, sha).await?;
        let issue = self
            .permitted_issue(tracker.as_ref(), short_id, &repository.projects)
            .await?;
        let Some(issue) = issue else {
            tell_unknown(short_id, sha);
            return Ok(Vec::new());
        };
        let can = tracker.capabilities();
        if let Some(change) = wanted(action, &issue.status)
            && can.has(Capability::ChangeStatus)
        {
            tracker.change(&issue, change).await?;
        }
        if action == Action::Resolve {
            self.assign_author(tracker.as_ref(), &issue, &commit)
                .await?;
        }
        if can.has(Capability::Comment) {
            let text = because_of(action, &repository, &commit);
            tracker.comment(&issue, &text).await?;
        }
        self.did(repository.id, sha, short_id, action).await?;
        Ok(Vec::new())
    }
}

/// The change that gives an issue the status which is asked for, unless it has it.
const fn wanted(action: Action, status: &IssueStatus) -> Option<IssueChange> {
    match (action, status) {
        (Action::Reference, _)
        | (Action::Resolve, IssueStatus::Resolved { .. })
        | (Action::Reopen, IssueStatus::Unresolved)
        | (
            Action::Hold | Action::WontFix | Action::Invalidate,
            IssueStatus::Resolved { .. } | IssueStatus::Other(_),
        ) => None,
        (Action::Resolve, IssueStatus::Unresolved | IssueStatus::Other(_)) => {
            Some(IssueChange::Resolve)
        }
        (Action::Reopen, IssueStatus::Resolved { .. } | IssueStatus::Other(_)) => {
            Some(IssueChange::Reopen)
        }
        (Action::Hold | Action::WontFix | Action::Invalidate, IssueStatus::Unresolved) => {
            Some(IssueChange::Archive)
        }
    }
}
