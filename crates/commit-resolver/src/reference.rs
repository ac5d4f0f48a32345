//! What was found in a message.

use std::ops::Range;

use crate::action::Action;
use crate::short_id::ShortId;

/// An issue that a message names by its short id, and what the message asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    action: Action,
    short_id: ShortId,
    span: Range<usize>,
}

impl Reference {
    pub(crate) const fn new(action: Action, short_id: ShortId, span: Range<usize>) -> Self {
        Self {
            action,
            short_id,
            span,
        }
    }

    /// What the message asks for.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }

    /// Which issue.
    #[must_use]
    pub const fn short_id(&self) -> &ShortId {
        &self.short_id
    }

    /// Where the id stands in the message, in bytes.
    #[must_use]
    pub const fn span(&self) -> Range<usize> {
        self.span.start..self.span.end
    }
}

/// An issue that a message names by its address on a tracker's host, and what the message asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueLink {
    action: Action,
    host: String,
    issue: u64,
    span: Range<usize>,
}

impl IssueLink {
    pub(crate) const fn new(action: Action, host: String, issue: u64, span: Range<usize>) -> Self {
        Self {
            action,
            host,
            issue,
            span,
        }
    }

    /// What the message asks for.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }

    /// The host in the address, with its port, in lower case; a configured one or a sub-domain of it.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The tracker's number of the issue: the digits behind `/issues/`, at most [`MAX_ISSUE`](crate::MAX_ISSUE).
    #[must_use]
    pub const fn issue(&self) -> u64 {
        self.issue
    }

    /// Where the address stands in the message, in bytes.
    #[must_use]
    pub const fn span(&self) -> Range<usize> {
        self.span.start..self.span.end
    }
}
