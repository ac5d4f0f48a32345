//! What is wrong with a text that was offered as an identifier: which identifier, where, and why.

use thiserror::Error;

/// A text was refused as an identifier.
///
/// Comparable, small, and free of the text itself, so that it can be logged anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error("{identifier} refused at byte {position}: {reason}")]
pub struct ParseError {
    identifier: &'static str,
    position: usize,
    reason: Reason,
}

impl ParseError {
    pub(crate) const fn new(identifier: &'static str, position: usize, reason: Reason) -> Self {
        Self {
            identifier,
            position,
            reason,
        }
    }

    /// The same finding, for a text that stands `bytes` further into a larger one.
    pub(crate) const fn shifted(self, bytes: usize) -> Self {
        Self {
            position: self.position + bytes,
            ..self
        }
    }

    /// What the text was offered as, in snake case: `"workspace"`, `"commit_sha"`.
    #[must_use]
    pub const fn identifier(&self) -> &'static str {
        self.identifier
    }

    /// Byte offset into the text offered at which the finding begins.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Why the text was refused.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// Stable name of the reason in snake case, fit for a metric label.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.reason.code()
    }
}

/// Why a text is no identifier of the kind it was offered as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum Reason {
    /// There is nothing there.
    #[error("it is empty")]
    Empty,
    /// It ends before the identifier is complete.
    #[error("it ends before {least} bytes")]
    TooShort {
        /// The least number of bytes, counted from the beginning.
        least: usize,
    },
    /// It goes on after the identifier must have ended.
    #[error("it is longer than {most} bytes")]
    TooLong {
        /// The greatest number of bytes.
        most: usize,
    },
    /// A control character, NUL included.
    #[error("control character U+{:04X}", u32::from(*.0))]
    Control(char),
    /// A character that this identifier never holds.
    #[error("character {0:?} is not allowed here")]
    Character(char),
    /// A segment `.` or `..`, which every URL parser takes for a step in the hierarchy (RFC 3986 §5.2.4), also when encoded.
    #[error("a segment of dots would change the path")]
    DotSegment,
    /// A segment without a character: a leading, trailing or doubled `/`.
    #[error("a segment is empty")]
    EmptySegment,
    /// A sequence that this identifier never holds, such as `..` in a branch name.
    #[error("{0:?} is not allowed here")]
    Sequence(&'static str),
    /// A part that must be there is missing.
    #[error("{0:?} is missing")]
    Missing(&'static str),
    /// Not a whole number from 1 to 2^63 - 1.
    #[error("not a number from 1 to 9223372036854775807")]
    NumberRange,
}

impl Reason {
    /// Stable name in snake case, fit for a metric label.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooShort { .. } => "too_short",
            Self::TooLong { .. } => "too_long",
            Self::Control(_) => "control_character",
            Self::Character(_) => "character",
            Self::DotSegment => "dot_segment",
            Self::EmptySegment => "empty_segment",
            Self::Sequence(_) => "sequence",
            Self::Missing(_) => "missing",
            Self::NumberRange => "number_range",
        }
    }
}
