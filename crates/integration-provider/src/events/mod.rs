//! What Bitbucket says happened, as our own types. Bitbucket's JSON is known in this folder only.

mod envelope;
mod keys;
mod others;
mod pull_request;
mod push;

pub(crate) use envelope::named_repository;
pub use envelope::{Envelope, EnvelopeError};
pub use keys::EventKey;
pub use others::{IssueEvent, RepositoryChange, StatusEvent};
pub use pull_request::{CommentChange, PullRequestChange, PullRequestEvent};
pub use push::{EventRepository, Push, PushChange, RefKind};

use bitbucket_api_paths::CommitSha;

/// An event of a kind that Bitbucket documents.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Refs were created, moved or deleted.
    Push(Push),
    /// Something happened to a repository as a whole.
    Repository {
        /// What happened.
        change: RepositoryChange,
        /// The repository as it is after the event.
        repository: EventRepository,
    },
    /// Something happened to a pull request.
    PullRequest(Box<PullRequestEvent>),
    /// A build status was reported or replaced.
    CommitStatus(Box<StatusEvent>),
    /// Somebody commented on a commit.
    CommitCommented {
        /// Where.
        repository: EventRepository,
        /// On which.
        commit: CommitSha,
    },
    /// A project's properties changed.
    ProjectUpdated {
        /// The project's key; `None` when it is not said.
        key: Option<String>,
    },
    /// A pipeline began or ended a part of its work.
    PipelineSpan,
    /// Something happened to an issue of Bitbucket's own tracker.
    Issue(Box<IssueEvent>),
}

/// A verified body that is not the event it claims to be. Holds positions, never content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the body is not a `{event_key}` event: {problem} at line {line}, column {column}")]
pub struct EventError {
    /// The event it was said to be.
    pub event_key: String,
    /// What kind of problem it is.
    pub problem: &'static str,
    /// Line of the (unwrapped) body, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

impl Event {
    /// Whether events with this key lead to work.
    #[must_use]
    pub fn is_handled(event_key: &str) -> bool {
        EventKey::parse(event_key).is_some_and(EventKey::is_handled)
    }

    /// Reads a body, wrapped by Connect or plain; `None` when Bitbucket documents no event with this key.
    ///
    /// # Errors
    /// [`EventError`] when the body lacks what the event must have.
    pub fn parse(event_key: &str, body: &[u8]) -> Result<Option<Self>, EventError> {
        let Some(key) = EventKey::parse(event_key) else {
            return Ok(None);
        };
        let envelope = Envelope::open(body).map_err(|error| error.for_event(event_key))?;
        read(key, envelope.payload())
            .map(Some)
            .map_err(|error| event_error(event_key, &error))
    }
}

/// The push with this payload, which is out of its wrapper.
pub(crate) fn push_of(payload: &[u8]) -> Result<Push, EventError> {
    push::parse(payload).map_err(|error| event_error(EventKey::RepoPush.as_str(), &error))
}

fn read(key: EventKey, payload: &[u8]) -> Result<Event, serde_json::Error> {
    match key {
        EventKey::RepoPush => push::parse(payload).map(Event::Push),
        EventKey::RepoUpdated => about(payload, RepositoryChange::Updated),
        EventKey::RepoTransfer => about(payload, RepositoryChange::Transferred),
        EventKey::RepoCreated => about(payload, RepositoryChange::Created),
        EventKey::RepoDeleted => about(payload, RepositoryChange::Deleted),
        EventKey::RepoImported => about(payload, RepositoryChange::Imported),
        EventKey::RepoFork => others::forked(payload).map(|(repository, fork)| Event::Repository {
            change: RepositoryChange::Forked { fork },
            repository,
        }),
        EventKey::RepoCommitCommentCreated => others::commit_commented(payload)
            .map(|(repository, commit)| Event::CommitCommented { repository, commit }),
        EventKey::RepoCommitStatusCreated | EventKey::RepoCommitStatusUpdated => {
            others::status(payload).map(|status| Event::CommitStatus(Box::new(status)))
        }
        EventKey::ProjectUpdated => {
            others::project(payload).map(|key| Event::ProjectUpdated { key })
        }
        EventKey::PipelineSpanCreated => Ok(Event::PipelineSpan),
        EventKey::IssueCreated | EventKey::IssueUpdated | EventKey::IssueCommentCreated => {
            others::issue(payload).map(|issue| Event::Issue(Box::new(issue)))
        }
        _ => read_pull_request(key, payload).map(|event| Event::PullRequest(Box::new(event))),
    }
}

fn about(payload: &[u8], change: RepositoryChange) -> Result<Event, serde_json::Error> {
    let repository = others::repository(payload)?;
    Ok(Event::Repository { change, repository })
}

fn read_pull_request(key: EventKey, payload: &[u8]) -> Result<PullRequestEvent, serde_json::Error> {
    let change = match key {
        EventKey::PullRequestCreated => PullRequestChange::Created,
        EventKey::PullRequestPush => PullRequestChange::Pushed,
        EventKey::PullRequestApproved => PullRequestChange::Approved,
        EventKey::PullRequestUnapproved => PullRequestChange::Unapproved,
        EventKey::PullRequestChangesRequested => PullRequestChange::ChangesRequested,
        EventKey::PullRequestChangesRequestRemoved => PullRequestChange::ChangesRequestRemoved,
        EventKey::PullRequestFulfilled => PullRequestChange::Merged,
        EventKey::PullRequestRejected => PullRequestChange::Declined,
        EventKey::PullRequestCommentCreated => {
            return pull_request::parse_commented(payload, CommentChange::Created);
        }
        EventKey::PullRequestCommentUpdated => {
            return pull_request::parse_commented(payload, CommentChange::Updated);
        }
        EventKey::PullRequestCommentDeleted => {
            return pull_request::parse_commented(payload, CommentChange::Deleted);
        }
        EventKey::PullRequestCommentResolved => {
            return pull_request::parse_commented(payload, CommentChange::Resolved);
        }
        EventKey::PullRequestCommentReopened => {
            return pull_request::parse_commented(payload, CommentChange::Reopened);
        }
        _ => PullRequestChange::Updated,
    };
    pull_request::parse(payload, change)
}

fn event_error(event_key: &str, error: &serde_json::Error) -> EventError {
    EventError {
        event_key: event_key.to_owned(),
        problem: problem(error),
        line: error.line(),
        column: error.column(),
    }
}

fn problem(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Data => "a field is missing or has another type",
        serde_json::error::Category::Eof => "the JSON ends early",
        serde_json::error::Category::Syntax => "the JSON is malformed",
        serde_json::error::Category::Io => "the body can't be read",
    }
}

#[cfg(test)]
mod tests;
