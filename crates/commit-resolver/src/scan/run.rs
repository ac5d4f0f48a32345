//! The statement of the `sentry` profile: keyword, optional `:`, white space, and then a run of words, hyphens, commas and white
//! space over any number of lines, in which each id counts.

use super::class;
use super::cursor::Cursor;

/// A part of the message that has an id's shape.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'t> {
    /// Its first character.
    pub(crate) start: Cursor<'t>,
    /// The offset in the message behind its last.
    pub(crate) end: usize,
}

impl Token<'_> {
    /// Its text, when it fits into `buffer`.
    pub(crate) fn text<'b, const N: usize>(&self, buffer: &'b mut [u8; N]) -> Option<&'b str> {
        self.start.text_to(self.end, buffer)
    }
}

/// Reads the statement behind a keyword and calls `found` with each token. Answers the place behind the statement.
pub(crate) fn read<'t>(behind_keyword: Cursor<'t>, mut found: impl FnMut(Token<'t>)) -> Cursor<'t> {
    let mut cursor = behind_keyword;
    cursor.skip(b':');
    if !cursor.skip_space() {
        return behind_keyword;
    }
    loop {
        cursor.skip_blanks();
        let start = cursor.at();
        if let Some(token) = shaped(&mut cursor) {
            found(token);
        }
        if cursor.at() == start {
            return cursor;
        }
    }
}

/// What was read since the last hyphen.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    /// There was no hyphen yet.
    Slug,
    /// Nothing.
    Hyphen,
    /// Letters and digits, so that an id can end here.
    Number,
    /// A `_` too.
    Spoiled,
}

/// Steps over letters, digits, `_` and `-`; answers the longest part of them that starts and ends with a word, and ends with a
/// hyphen and letters or digits.
pub(crate) fn shaped<'t>(cursor: &mut Cursor<'t>) -> Option<Token<'t>> {
    while cursor.skip(b'-') {}
    let start = *cursor;
    let mut part = Part::Slug;
    let mut end = None;
    let mut behind = start.at();
    while let Some(byte) = cursor.byte().filter(|byte| class::is_id(*byte)) {
        if byte == b'-' && part == Part::Number {
            end = Some(behind);
        }
        part = after(part, byte);
        behind = cursor.at() + 1;
        cursor.step();
    }
    // A letter beyond ASCII goes on with the word but not with the run: what is before it is no whole word.
    if part == Part::Number && !cursor.is_wide_word() {
        end = Some(behind);
    }
    end.map(|end| Token { start, end })
}

const fn after(part: Part, byte: u8) -> Part {
    match (part, byte) {
        (_, b'-') => Part::Hyphen,
        (Part::Slug, _) => Part::Slug,
        (_, b'_') | (Part::Spoiled, _) => Part::Spoiled,
        (Part::Hyphen | Part::Number, _) => Part::Number,
    }
}
