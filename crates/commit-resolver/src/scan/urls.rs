//! The statement with an issue's address: keyword, optional `:`, white space, and an http or https address.

use super::cursor::Cursor;

/// An address behind a keyword.
#[derive(Debug)]
pub(crate) struct Address {
    /// Its first character's offset in the message.
    pub(crate) start: usize,
    /// The offset behind its last.
    pub(crate) end: usize,
    /// Its text, Markdown links reduced.
    pub(crate) text: Vec<u8>,
}

/// Reads the statement behind a keyword. Answers the place behind it.
pub(crate) fn read<'t>(behind_keyword: Cursor<'t>, found: impl FnOnce(Address)) -> Cursor<'t> {
    let mut cursor = behind_keyword;
    cursor.skip(b':');
    if !cursor.skip_space() || !starts_with_scheme(cursor) {
        return behind_keyword;
    }
    let start = cursor.at();
    let mut text = Vec::new();
    let mut end = start;
    while let Some(byte) = cursor.byte().filter(|_| !cursor.is_space()) {
        text.push(byte);
        end = cursor.at() + 1;
        cursor.step();
    }
    found(Address { start, end, text });
    cursor
}

fn starts_with_scheme(mut cursor: Cursor<'_>) -> bool {
    let mut word = |text: &[u8]| {
        text.iter()
            .all(|wanted| skip_ignoring_case(&mut cursor, *wanted))
    };
    if !word(b"http") {
        return false;
    }
    skip_ignoring_case(&mut cursor, b's');
    b"://".iter().all(|wanted| cursor.skip(*wanted))
        && !cursor.is_space()
        && cursor.byte().is_some()
}

fn skip_ignoring_case(cursor: &mut Cursor<'_>, wanted: u8) -> bool {
    cursor.skip(wanted) || cursor.skip(wanted.to_ascii_uppercase())
}
