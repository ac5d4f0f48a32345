//! Walks a message from keyword to keyword.

pub(crate) mod class;
pub(crate) mod context;
pub(crate) mod cursor;
pub(crate) mod keywords;
mod links;
pub(crate) mod list;
mod prefilter;
pub(crate) mod run;
pub(crate) mod urls;
mod work;

use self::cursor::Cursor;
use self::keywords::{Keyword, Keywords};
use self::prefilter::Candidates;

/// Calls `statement` with each keyword that stands at a word boundary, and the place behind it. `statement` answers where to
/// go on: behind what it read, or where it was given when it read nothing.
pub(crate) fn for_each_keyword<'t>(
    keywords: &Keywords,
    bytes: &'t [u8],
    mut statement: impl FnMut(Keyword, Cursor<'t>) -> Cursor<'t>,
) {
    let start = Cursor::new(bytes);
    if start.is_plain() {
        in_plain_text(keywords, bytes, &mut statement);
    } else {
        around_links(keywords, start, &mut statement);
    }
}

/// Jumps from candidate to candidate.
fn in_plain_text<'t>(
    keywords: &Keywords,
    bytes: &'t [u8],
    statement: &mut impl FnMut(Keyword, Cursor<'t>) -> Cursor<'t>,
) {
    let mut candidates = Candidates::new(keywords.stems(), bytes);
    let mut from = 0;
    while let Some(at) = candidates.next(from) {
        if class::ends_with_word(bytes.get(..at).unwrap_or_default()) {
            continue;
        }
        if let Some(keyword) = keywords.read_plain(bytes, at) {
            from = statement(keyword, Cursor::plain(bytes, keyword.end)).at();
        }
    }
}

/// Steps through the text character by character, as a keyword may stand on both sides of a link's bracket.
fn around_links<'t>(
    keywords: &Keywords,
    mut cursor: Cursor<'t>,
    statement: &mut impl FnMut(Keyword, Cursor<'t>) -> Cursor<'t>,
) {
    let mut in_word = false;
    while let Some(byte) = cursor.byte() {
        let keyword = if in_word || !keywords.may_start(byte) {
            None
        } else {
            keywords.read(cursor)
        };
        if let Some((keyword, behind)) = keyword {
            cursor = statement(keyword, behind);
            in_word = cursor.is_behind_word();
            continue;
        }
        in_word = cursor.step_over_char();
    }
}
