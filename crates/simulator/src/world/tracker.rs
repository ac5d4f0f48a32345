//! Issues of the tracker that Bitbucket had.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::pull_requests::Comment;

/// An issue of a repository's own tracker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackerIssue {
    /// Number within the repository, from 1.
    pub id: u64,
    /// Title.
    pub title: String,
    /// Description as it was written.
    #[serde(default)]
    pub content: String,
    /// `bug`, `enhancement`, `proposal` or `task`.
    pub kind: String,
    /// `trivial`, `minor`, `major`, `critical` or `blocker`.
    pub priority: String,
    /// `new`, `open`, `resolved`, `on hold`, `invalid`, `duplicate`, `wontfix` or `closed`.
    pub state: String,
    /// Who reported it: an account's uuid, or a credential's name.
    pub reporter: String,
    /// Comments, oldest first.
    #[serde(default)]
    pub comments: Vec<Comment>,
    /// When it was reported.
    pub created_on: Timestamp,
    /// When it last changed.
    pub updated_on: Timestamp,
}
