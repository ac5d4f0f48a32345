//! Telling an issue which commit names it.

use bitbucket_api_paths::CommitSha;

use super::{WorkError, permitted_issue};
use crate::ids::RepositoryId;
use crate::integration::Integration;
use crate::ports::{Capability, LoggedCommit, NewJob, TrackedRepository};

/// Longest part of a commit's subject that is quoted, in characters.
const LONGEST_SUBJECT: usize = 200;

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
        let commit = self
            .ports
            .commits
            .find(repository.id, sha)
            .await?
            .ok_or(WorkError::Gone { what: "the commit" })?;
        match permitted_issue(tracker.as_ref(), short_id, &repository.projects).await? {
            Some(issue) => tracker.comment(&issue, &text(&repository, &commit)).await?,
            None => tell_unknown(short_id, sha),
        }
        Ok(Vec::new())
    }
}

fn tell_unknown(short_id: &str, sha: &CommitSha) {
    tracing::info!(
        issue.short_id = short_id,
        commit.sha = %sha,
        "a commit names an issue that the tracker does not know"
    );
}

/// What is said on the issue. The same commit always gives the same text, so that a tracker can tell a repetition.
fn text(repository: &TrackedRepository, commit: &LoggedCommit) -> String {
    let short = commit.sha.as_str().get(..12).unwrap_or(commit.sha.as_str());
    let link = repository.web_url.as_deref().map_or_else(
        || short.to_owned(),
        |base| format!("[{short}]({base}/commits/{})", commit.sha),
    );
    let branch = commit
        .branch
        .as_deref()
        .map(|branch| format!(" on branch {branch}"))
        .unwrap_or_default();
    let author = commit
        .author_name
        .as_deref()
        .map(|name| format!(" by {name}"))
        .unwrap_or_default();
    format!(
        "Named by commit {link} in {}{branch}{author}: {}",
        repository.full_name,
        subject(&commit.message)
    )
}

fn subject(message: &str) -> String {
    let line = message
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or("(no message)");
    match line.char_indices().nth(LONGEST_SUBJECT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
