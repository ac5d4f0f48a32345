//! What was found in a message.

use std::ops::Range;

use crate::action::Action;
use crate::scan::keywords::Keyword;
use crate::short_id::ShortId;

/// Which rule a reference follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum Rule {
    /// It is one of the words behind a keyword, over any number of lines.
    Run,
    /// It stands right behind a keyword, or is joined to an id that does.
    List,
    /// The same in a line that starts with the keyword and `:`.
    Trailer,
    /// It is the scope of a keyword, as in `fix(ROCKET-1A): …`.
    Scope,
    /// It is an address of an issue behind a keyword.
    Address,
}

/// An issue that a message names by its short id, and what the message asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Reference {
    action: Action,
    short_id: ShortId,
    span: Range<usize>,
    keyword: Range<usize>,
    rule: Rule,
}

impl Reference {
    pub(crate) const fn new(
        keyword: Keyword,
        rule: Rule,
        short_id: ShortId,
        span: Range<usize>,
    ) -> Self {
        Self {
            action: keyword.action,
            short_id,
            span,
            keyword: keyword.start..keyword.end,
            rule,
        }
    }

    /// Which rule matched.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// Where the keyword stands in the message, in bytes.
    #[must_use]
    pub const fn keyword(&self) -> Range<usize> {
        self.keyword.start..self.keyword.end
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
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct IssueLink {
    action: Action,
    host: String,
    issue: u64,
    span: Range<usize>,
    keyword: Range<usize>,
}

impl IssueLink {
    pub(crate) const fn new(
        keyword: Keyword,
        host: String,
        issue: u64,
        span: Range<usize>,
    ) -> Self {
        Self {
            action: keyword.action,
            host,
            issue,
            span,
            keyword: keyword.start..keyword.end,
        }
    }

    /// Where the keyword stands in the message, in bytes.
    #[must_use]
    pub const fn keyword(&self) -> Range<usize> {
        self.keyword.start..self.keyword.end
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
