//! Why something is no reference.

use std::fmt;
use std::ops::Range;

use crate::short_id::ShortIdError;

/// Why something that looks like a reference is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MissReason {
    /// It is no short id.
    NotAnId(ShortIdError),
    /// Its project is none of the known ones.
    UnknownProject,
    /// It is a number without `#`.
    NoNumberSign,
    /// It has no digit and no capital letter behind its last `-`, like many words have.
    LowerCaseWord,
    /// A word such as `not` stands before the keyword.
    Negated,
    /// It stands in the subject of a commit that is reverted.
    Reverted,
    /// It stands in a quoted line.
    Quoted,
    /// The keyword is a part of a word with a hyphen, such as `hot-fix`.
    Compound,
    /// The address is on a host that is none of the issue hosts.
    ForeignHost,
    /// The address has no `/issues/` with a number in its path.
    NoIssueInAddress,
    /// No keyword stands before it.
    NoKeyword,
    /// The word before it resembles a keyword, but is none.
    SimilarWord,
    /// White space is missing between the keyword and it.
    NoSpace,
    /// This character ends what the keyword reads.
    Interrupted(char),
    /// The keyword before it belongs to what an earlier keyword reads, and starts nothing of its own.
    SwallowedKeyword,
    /// The keyword stands on another line.
    OtherLine,
    /// Something else stands between the keyword and it.
    NotBehindKeyword,
    /// The same reference was found before.
    Repeated,
}

impl MissReason {
    /// Whether the text is an id all the same, so that a list of ids goes on behind it.
    pub(crate) const fn is_an_id(self) -> bool {
        matches!(self, Self::UnknownProject)
    }

    /// A stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAnId(error) => error.code(),
            Self::UnknownProject => "unknown_project",
            Self::NoNumberSign => "no_number_sign",
            Self::LowerCaseWord => "lower_case_word",
            Self::Negated => "negated",
            Self::Reverted => "reverted",
            Self::Quoted => "quoted",
            Self::Compound => "compound",
            Self::ForeignHost => "foreign_host",
            Self::NoIssueInAddress => "no_issue_in_address",
            Self::NoKeyword => "no_keyword",
            Self::SimilarWord => "similar_word",
            Self::NoSpace => "no_space",
            Self::Interrupted(_) => "interrupted",
            Self::SwallowedKeyword => "swallowed_keyword",
            Self::OtherLine => "other_line",
            Self::NotBehindKeyword => "not_behind_keyword",
            Self::Repeated => "repeated",
        }
    }
}

impl fmt::Display for MissReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnId(error) => write!(f, "it is no short id: {error}"),
            Self::UnknownProject => f.write_str("its project is none of the known ones"),
            Self::NoNumberSign => f.write_str("a number needs `#` before it"),
            Self::LowerCaseWord => {
                f.write_str("it looks like a word: an id without a digit is written in capitals")
            }
            Self::Negated => f.write_str("a word such as `not` stands before the keyword"),
            Self::Reverted => f.write_str("it stands in the subject of a reverted commit"),
            Self::Quoted => f.write_str("it stands in a quoted line"),
            Self::Compound => f.write_str("the keyword is a part of a longer word"),
            Self::ForeignHost => f.write_str("the address is on a foreign host"),
            Self::NoIssueInAddress => {
                f.write_str("the address has no `/issues/` with a number in its path")
            }
            Self::NoKeyword => f.write_str("no keyword stands before it"),
            Self::SimilarWord => {
                f.write_str("the word before it is no keyword, though it resembles one")
            }
            Self::NoSpace => f.write_str("white space is missing behind the keyword"),
            Self::Interrupted(c) => write!(f, "{c:?} ends what the keyword before it reads"),
            Self::SwallowedKeyword => {
                f.write_str("the keyword before it belongs to what an earlier keyword reads")
            }
            Self::OtherLine => f.write_str("the keyword stands on another line"),
            Self::NotBehindKeyword => {
                f.write_str("something else stands between the keyword and it")
            }
            Self::Repeated => f.write_str("it was named before"),
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for MissReason {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// Something that looks like a reference and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Miss {
    text: String,
    span: Range<usize>,
    reason: MissReason,
}

impl Miss {
    pub(super) fn new(message: &str, span: Range<usize>, reason: MissReason) -> Option<Self> {
        Some(Self {
            text: message.get(span.clone())?.to_owned(),
            span,
            reason,
        })
    }

    /// What stands in the message.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it stands in the message, in bytes.
    #[must_use]
    pub const fn span(&self) -> Range<usize> {
        self.span.start..self.span.end
    }

    /// Why it is no reference.
    #[must_use]
    pub const fn reason(&self) -> MissReason {
        self.reason
    }
}
