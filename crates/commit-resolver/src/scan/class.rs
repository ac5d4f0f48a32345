//! What kind of character a byte is. Beyond ASCII, words and white space are Unicode's; bytes that are no UTF-8 are neither.

const WORD: u8 = 1;
const HYPHEN: u8 = 2;
const SPACE: u8 = 4;
const COMMA: u8 = 8;
const LETTER: u8 = 16;

const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = class(byte as u8);
        byte += 1;
    }
    table
}

const fn class(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' => WORD | LETTER,
        b'0'..=b'9' | b'_' => WORD,
        b'-' => HYPHEN,
        b',' => COMMA,
        // The four separators 0x1C-0x1F count as white space, as they do for the matcher that the sentry profile follows.
        b'\t'..=b'\r' | 0x1c..=0x1f | b' ' => SPACE,
        _ => 0,
    }
}

const fn has(byte: u8, class: u8) -> bool {
    CLASSES[byte as usize] & class != 0
}

/// An ASCII letter.
pub(crate) const fn is_letter(byte: u8) -> bool {
    has(byte, LETTER)
}

/// An ASCII letter, a digit or `_`.
pub(crate) const fn is_word(byte: u8) -> bool {
    has(byte, WORD)
}

/// What an id is made of: a word's byte or `-`.
pub(crate) const fn is_id(byte: u8) -> bool {
    has(byte, WORD | HYPHEN)
}

/// ASCII white space.
pub(crate) const fn is_space(byte: u8) -> bool {
    has(byte, SPACE)
}

/// A blank or a tab.
pub(crate) const fn is_line_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// ASCII white space or a comma.
pub(crate) const fn is_blank(byte: u8) -> bool {
    has(byte, SPACE | COMMA)
}

/// Whether a character belongs to a word.
pub(crate) fn is_word_char(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The first character, if the bytes start with one.
pub(crate) fn first_char(bytes: &[u8]) -> Option<char> {
    let head = bytes.get(..4).unwrap_or(bytes);
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(head.get(..error.valid_up_to()).unwrap_or_default())
            .unwrap_or_default(),
    };
    valid.chars().next()
}

/// Whether the last character is one of a word.
pub(crate) fn ends_with_word(bytes: &[u8]) -> bool {
    match bytes.last() {
        None => false,
        Some(byte) if byte.is_ascii() => is_word(*byte),
        Some(_) => last_char(bytes).is_some_and(is_word_char),
    }
}

fn last_char(bytes: &[u8]) -> Option<char> {
    let lengths = 2..=bytes.len().min(4);
    let tails = lengths.filter_map(|length| bytes.get(bytes.len() - length..));
    tails
        .filter_map(|tail| std::str::from_utf8(tail).ok())
        .find_map(|tail| tail.chars().next())
}
