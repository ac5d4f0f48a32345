//! A file or folder within a repository.

use alloc::boxed::Box;

use crate::identifiers::{checks, text_identifier};
use crate::{ParseError, Reason};

/// Longest path taken, in bytes: `PATH_MAX` of the systems that repositories are checked out on.
const MOST_BYTES: usize = 4096;

text_identifier!(
    /// A file or folder within a repository, relative to its root, with `/` between its parts: `docs/guide.md`.
    ///
    /// No part is empty (so no leading, trailing or doubled `/`), `.` or `..`, and none holds a control character. At most 4096 bytes.
    /// In an address each part is one encoded segment and the slashes stay.
    FilePath,
    "file_path",
    check
);

impl FilePath {
    /// The parts between the slashes; there is at least one.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.as_str().split('/')
    }

    pub(crate) const fn refused(position: usize, character: char) -> ParseError {
        ParseError::new(Self::WHAT, position, Reason::Character(character))
    }
}

fn check(text: &str, what: &'static str) -> Result<Box<str>, ParseError> {
    checks::extent(text, what, MOST_BYTES)?;
    checks::characters(text, what, |_| true)?;
    let mut begin = 0;
    for segment in text.split('/') {
        match segment {
            "" => return Err(ParseError::new(what, begin, Reason::EmptySegment)),
            "." | ".." => return Err(ParseError::new(what, begin, Reason::DotSegment)),
            _ => begin += segment.len() + 1,
        }
    }
    Ok(text.into())
}
