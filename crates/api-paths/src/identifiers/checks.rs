//! Rules that several identifiers share.

use alloc::boxed::Box;

use crate::{ParseError, Reason};

/// Longest text taken for any one identifier, in bytes. Bitbucket documents no limit; a request line of 8 KiB is the common
/// limit of servers, and a path holds at most five identifiers.
pub(crate) const MOST_BYTES: usize = 1024;

/// Refuses the empty text, `.`, `..`, and what is longer than `most` bytes.
pub(crate) fn extent(text: &str, what: &'static str, most: usize) -> Result<(), ParseError> {
    let found = match text {
        "" => Some((0, Reason::Empty)),
        "." | ".." => Some((0, Reason::DotSegment)),
        _ if text.len() > most => Some((most, Reason::TooLong { most })),
        _ => None,
    };
    found.map_or(Ok(()), |(position, reason)| {
        Err(ParseError::new(what, position, reason))
    })
}

/// Refuses the first character that `allowed` refuses; control characters are refused in any case.
pub(crate) fn characters(
    text: &str,
    what: &'static str,
    allowed: fn(char) -> bool,
) -> Result<(), ParseError> {
    for (position, character) in text.char_indices() {
        if character.is_control() {
            return Err(ParseError::new(what, position, Reason::Control(character)));
        }
        if !allowed(character) {
            return Err(ParseError::new(
                what,
                position,
                Reason::Character(character),
            ));
        }
    }
    Ok(())
}

/// A slug or a UUID in braces; the UUID comes back in lower case.
///
/// A slug is one or more of `A-Z a-z 0-9 - _ .`: Bitbucket makes slugs from names by replacing everything else.
pub(crate) fn slug_or_uuid(text: &str, what: &'static str) -> Result<Box<str>, ParseError> {
    if text.starts_with('{') {
        return super::uuid::braced(text, what);
    }
    extent(text, what, MOST_BYTES)?;
    characters(text, what, |c| {
        c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
    })?;
    Ok(text.into())
}

/// One segment of printable text, which may hold `/`: a key or an external id that a client chooses.
pub(crate) fn token(text: &str, what: &'static str) -> Result<Box<str>, ParseError> {
    extent(text, what, MOST_BYTES)?;
    characters(text, what, |_| true)?;
    Ok(text.into())
}
