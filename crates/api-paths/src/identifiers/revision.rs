//! Commits and what else names a point in history.

use alloc::boxed::Box;

use crate::identifiers::{checks, text_identifier};
use crate::{ParseError, Reason};

text_identifier!(
    /// A commit by its SHA-1: all 40 hexadecimal digits, or an abbreviation of at least 7. Kept in lower case.
    ///
    /// Bitbucket gives 40 digits for commits and 12 for the ends of a pull request.
    CommitSha,
    "commit_sha",
    sha
);

impl CommitSha {
    /// Digits of a commit that is not abbreviated.
    pub const FULL: usize = 40;
    /// Fewest digits taken for an abbreviation: what git prints by default, and too many to be met by chance in a small repository.
    pub const SHORTEST: usize = 7;

    /// Whether all 40 digits are there, so that the commit can never mean another.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.as_str().len() == Self::FULL
    }
}

fn sha(text: &str, what: &'static str) -> Result<Box<str>, ParseError> {
    checks::extent(text, what, CommitSha::FULL)?;
    checks::characters(text, what, |c| c.is_ascii_hexdigit())?;
    if text.len() < CommitSha::SHORTEST {
        return Err(ParseError::new(
            what,
            text.len(),
            Reason::TooShort {
                least: CommitSha::SHORTEST,
            },
        ));
    }
    Ok(text.to_ascii_lowercase().into_boxed_str())
}

text_identifier!(
    /// A point in history by name: a branch, a tag or a commit. It may hold `/`, which a path carries as `%2F`.
    ///
    /// The rules are those of `git check-ref-format`: no control character, no space, none of `~ ^ : ? * [ \`, no `..`, no `@{`,
    /// no component that is empty, begins with `.` or ends with `.lock`, no `.` at the end, and not `@` alone. At most 1024 bytes.
    Revision,
    "revision",
    reference
);

impl From<CommitSha> for Revision {
    fn from(sha: CommitSha) -> Self {
        Self(sha.0)
    }
}

fn reference(text: &str, what: &'static str) -> Result<Box<str>, ParseError> {
    checks::extent(text, what, checks::MOST_BYTES)?;
    checks::characters(text, what, |c| {
        !matches!(c, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\')
    })?;
    for sequence in ["..", "@{"] {
        if let Some(position) = text.find(sequence) {
            return Err(ParseError::new(what, position, Reason::Sequence(sequence)));
        }
    }
    if text == "@" {
        return Err(ParseError::new(what, 0, Reason::Sequence("@")));
    }
    components(text, what)?;
    Ok(text.into())
}

fn components(text: &str, what: &'static str) -> Result<(), ParseError> {
    let mut begin = 0;
    for component in text.split('/') {
        let end = begin + component.len();
        let found = if component.is_empty() {
            Some((begin, Reason::EmptySegment))
        } else if component.starts_with('.') {
            Some((begin, Reason::Character('.')))
        } else if component.ends_with(".lock") {
            Some((end - ".lock".len(), Reason::Sequence(".lock")))
        } else if end == text.len() && component.ends_with('.') {
            Some((end - 1, Reason::Character('.')))
        } else {
            None
        };
        if let Some((position, reason)) = found {
            return Err(ParseError::new(what, position, reason));
        }
        begin = end + 1;
    }
    Ok(())
}
