//! `pullrequest:…`: what became of a pull request.

use bitbucket_http_client::{Account, Comment, PullRequest};
use serde::Deserialize;

use super::push::{EventRepository, WireRepository};

/// Something that happened to a pull request.
#[derive(Debug, Clone, PartialEq)]
pub struct PullRequestEvent {
    /// What happened.
    pub change: PullRequestChange,
    /// The repository that it is to be merged into, as named at that time.
    pub repository: EventRepository,
    /// The pull request as it is after the event. Hashes in it have 12 digits.
    pub pull_request: PullRequest,
    /// Who did it; `None` when Bitbucket does not say.
    pub actor: Option<Account>,
}

/// What happened to a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullRequestChange {
    /// It was opened.
    Created,
    /// Its title, description, branches, commits or reviewers changed; which of them is not said.
    Updated,
    /// It got other commits.
    Pushed,
    /// A reviewer approved.
    Approved,
    /// A reviewer took an approval back.
    Unapproved,
    /// A reviewer asked for changes.
    ChangesRequested,
    /// A reviewer took that back.
    ChangesRequestRemoved,
    /// It was merged.
    Merged,
    /// It was declined.
    Declined,
    /// Something was said on it.
    Commented {
        /// What became of the comment.
        change: CommentChange,
        /// The comment; `None` when it can't be read.
        comment: Option<Box<Comment>>,
    },
}

/// What became of a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentChange {
    /// It was written.
    Created,
    /// It got another text.
    Updated,
    /// It was deleted.
    Deleted,
    /// Its thread was resolved.
    Resolved,
    /// Its thread was opened again.
    Reopened,
}

#[derive(Deserialize)]
struct WireEvent {
    #[serde(default)]
    actor: Option<Account>,
    repository: WireRepository,
    pullrequest: PullRequest,
}

#[derive(Deserialize)]
struct WireCommented {
    comment: Comment,
}

pub(super) fn parse(
    payload: &[u8],
    change: PullRequestChange,
) -> Result<PullRequestEvent, serde_json::Error> {
    let WireEvent {
        actor,
        repository,
        pullrequest,
    } = serde_json::from_slice(payload)?;
    Ok(PullRequestEvent {
        change,
        repository: repository.into(),
        pull_request: pullrequest,
        actor,
    })
}

pub(super) fn parse_commented(
    payload: &[u8],
    change: CommentChange,
) -> Result<PullRequestEvent, serde_json::Error> {
    let comment = serde_json::from_slice(payload)
        .ok()
        .map(|WireCommented { comment }| Box::new(comment));
    parse(payload, PullRequestChange::Commented { change, comment })
}
