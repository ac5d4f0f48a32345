//! Events about a repository, a commit, a project, a pipeline or an issue as a whole.

use bitbucket_api_paths::{CommitSha, RepoFullName};
use bitbucket_http_client::{CommitStatus, Issue};
use serde::Deserialize;

use super::push::{EventRepository, WireRepository};

/// What happened to a repository as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RepositoryChange {
    /// It has another name or other properties now.
    Updated,
    /// It belongs to another workspace now.
    Transferred,
    /// It was made.
    Created,
    /// It is gone.
    Deleted,
    /// It was imported.
    Imported,
    /// Somebody forked it.
    Forked {
        /// The fork's name; `None` when it can't be addressed.
        fork: Option<RepoFullName>,
    },
}

/// A build status that was reported.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusEvent {
    /// Where.
    pub repository: EventRepository,
    /// The status.
    pub status: CommitStatus,
    /// The commit; `None` when it is not said.
    pub commit: Option<CommitSha>,
}

/// Something that happened to an issue of Bitbucket's own tracker, which is gone since August 2026.
#[derive(Debug, Clone, PartialEq)]
pub struct IssueEvent {
    /// Where.
    pub repository: EventRepository,
    /// The issue as it is after the event.
    pub issue: Issue,
}

#[derive(Deserialize)]
struct WireAbout {
    repository: WireRepository,
}

#[derive(Deserialize)]
struct WireFork {
    repository: WireRepository,
    fork: WireFullName,
}

#[derive(Deserialize)]
struct WireFullName {
    #[serde(default)]
    full_name: Option<String>,
}

#[derive(Deserialize)]
struct WireStatus {
    repository: WireRepository,
    commit_status: CommitStatus,
}

#[derive(Deserialize)]
struct WireStatusOf {
    commit_status: WireOfCommit,
}

#[derive(Deserialize)]
struct WireOfCommit {
    commit: WireCommit,
}

#[derive(Deserialize)]
struct WireCommented {
    repository: WireRepository,
    commit: WireCommit,
}

#[derive(Deserialize)]
struct WireCommit {
    hash: CommitSha,
}

#[derive(Deserialize)]
struct WireIssue {
    repository: WireRepository,
    issue: Issue,
}

#[derive(Deserialize)]
struct WireProject {
    project: WireKey,
}

#[derive(Deserialize)]
struct WireKey {
    #[serde(default)]
    key: Option<String>,
}

/// The repository of an event, as it is after the event.
pub(super) fn repository(payload: &[u8]) -> Result<EventRepository, serde_json::Error> {
    let WireAbout { repository } = serde_json::from_slice(payload)?;
    Ok(repository.into())
}

pub(super) fn forked(
    payload: &[u8],
) -> Result<(EventRepository, Option<RepoFullName>), serde_json::Error> {
    let WireFork { repository, fork } = serde_json::from_slice(payload)?;
    let fork = fork.full_name.as_deref().map(RepoFullName::parse);
    Ok((repository.into(), fork.and_then(Result::ok)))
}

pub(super) fn status(payload: &[u8]) -> Result<StatusEvent, serde_json::Error> {
    let WireStatus {
        repository,
        commit_status,
    } = serde_json::from_slice(payload)?;
    let commit = serde_json::from_slice::<WireStatusOf>(payload).ok();
    Ok(StatusEvent {
        repository: repository.into(),
        status: commit_status,
        commit: commit.map(|of| of.commit_status.commit.hash),
    })
}

pub(super) fn commit_commented(
    payload: &[u8],
) -> Result<(EventRepository, CommitSha), serde_json::Error> {
    let WireCommented { repository, commit } = serde_json::from_slice(payload)?;
    Ok((repository.into(), commit.hash))
}

pub(super) fn issue(payload: &[u8]) -> Result<IssueEvent, serde_json::Error> {
    let WireIssue { repository, issue } = serde_json::from_slice(payload)?;
    Ok(IssueEvent {
        repository: repository.into(),
        issue,
    })
}

/// The key of the project that changed.
pub(super) fn project(payload: &[u8]) -> Result<Option<String>, serde_json::Error> {
    let WireProject { project } = serde_json::from_slice(payload)?;
    Ok(project.key)
}
