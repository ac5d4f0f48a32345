//! Percent-encoding of path segments and query parts (RFC 3986 §2.1 and §2.3).
//!
//! One rule for both: every byte outside the unreserved set `A-Z a-z 0-9 - . _ ~` becomes `%XX`. That is stricter than either
//! place needs, so the text means the same to every parser, and it is the form that Connect's query string hash canonicalises to.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// For each byte whether it stays as it is.
pub(crate) struct Kept([bool; 256]);

/// The unreserved set: for one segment, or one part of a query.
pub(crate) static UNRESERVED: Kept = Kept::unreserved_and(b'-');
/// The unreserved set and `/`: for the segments of a file path.
pub(crate) static UNRESERVED_AND_SLASH: Kept = Kept::unreserved_and(b'/');

impl Kept {
    const fn unreserved_and(also: u8) -> Self {
        let mut table = [false; 256];
        let mut byte = 0;
        while byte < 128u8 {
            let mark = matches!(byte, b'-' | b'.' | b'_' | b'~') || byte == also;
            table[byte as usize] = byte.is_ascii_alphanumeric() || mark;
            byte += 1;
        }
        Self(table)
    }

    fn keeps(&self, byte: u8) -> bool {
        self.0[usize::from(byte)]
    }
}

/// How many bytes [`push_encoded`] writes for `text`.
pub(crate) fn encoded_len(text: &str, kept: &Kept) -> usize {
    text.bytes()
        .map(|byte| if kept.keeps(byte) { 1 } else { 3 })
        .sum()
}

/// Appends `text`, encoded. Allocates only when `out` lacks the room that [`encoded_len`] foretells.
pub(crate) fn push_encoded(out: &mut String, text: &str, kept: &Kept) {
    let mut rest = text;
    while let Some(index) = rest.bytes().position(|byte| !kept.keeps(byte)) {
        // What is spared is ASCII, so this stands between two characters.
        let (clean, reserved) = rest.split_at(index);
        out.push_str(clean);
        let mut characters = reserved.chars();
        if let Some(character) = characters.next() {
            let escaped = reserved.as_bytes().iter().take(character.len_utf8());
            escaped.for_each(|&byte| out.push_str(escape(byte)));
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
}

/// `%XX` for a byte.
fn escape(byte: u8) -> &'static str {
    let from = 3 * usize::from(byte);
    ESCAPES.get(from..from + 3).unwrap_or_default()
}

/// `%00%01…%FF`.
static ESCAPES: &str = match core::str::from_utf8(&ESCAPE_BYTES) {
    Ok(escapes) => escapes,
    Err(_) => "",
};
static ESCAPE_BYTES: [u8; 768] = escape_bytes();

const fn escape_bytes() -> [u8; 768] {
    let digits = b"0123456789ABCDEF";
    let mut bytes = [b'%'; 768];
    let mut byte = 0;
    while byte < 256 {
        bytes[3 * byte + 1] = digits[byte >> 4];
        bytes[3 * byte + 2] = digits[byte & 15];
        byte += 1;
    }
    bytes
}

/// Percent-encoding is broken at this byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Escape {
    pub(crate) position: usize,
}

/// Turns every `%XX` back into its byte; the whole must be UTF-8.
pub(crate) fn decoded(text: &str) -> Result<Cow<'_, str>, Escape> {
    if !text.contains('%') {
        return Ok(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'%' {
            let position = text.len() - rest.len();
            let escaped = after
                .split_at_checked(2)
                .and_then(|(digits, after)| Some((escaped(digits)?, after)));
            let (byte, after) = escaped.ok_or(Escape { position })?;
            bytes.push(byte);
            rest = after;
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    let position = text.find('%').unwrap_or_default();
    String::from_utf8(bytes)
        .map(Cow::Owned)
        .map_err(|_| Escape { position })
}

fn escaped(digits: &[u8]) -> Option<u8> {
    let digit = |index: usize| char::from(*digits.get(index)?).to_digit(16);
    u8::try_from(digit(0)? << 4 | digit(1)?).ok()
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};

    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    use super::{Escape, UNRESERVED, UNRESERVED_AND_SLASH, decoded, encoded_len, push_encoded};

    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');

    fn encoded(text: &str) -> String {
        let mut out = String::new();
        push_encoded(&mut out, text, &UNRESERVED);
        out
    }

    #[test]
    fn reserved_bytes_and_utf8_become_upper_case_escapes() {
        assert_eq!(encoded("{a b/ü}"), "%7Ba%20b%2F%C3%BC%7D");
        assert_eq!(encoded("a-._~Z9"), "a-._~Z9");
        assert_eq!(encoded("+&=?#%"), "%2B%26%3D%3F%23%25");
    }

    #[test]
    fn slashes_stay_between_segments() {
        let mut out = String::new();
        push_encoded(&mut out, "a b/ü", &UNRESERVED_AND_SLASH);
        assert_eq!(
            (out.as_str(), encoded_len("a b/ü", &UNRESERVED_AND_SLASH)),
            ("a%20b/%C3%BC", 12)
        );
    }

    #[test]
    fn a_broken_escape_is_refused_where_it_stands() {
        assert_eq!(decoded("a%2fb%C3%BC").unwrap(), "a/bü");
        assert_eq!(decoded("ab%"), Err(Escape { position: 2 }));
        assert_eq!(decoded("%41%4"), Err(Escape { position: 3 }));
        assert_eq!(decoded("%4g"), Err(Escape { position: 0 }));
        assert_eq!(decoded("%+1"), Err(Escape { position: 0 }));
        assert_eq!(decoded("a%C3"), Err(Escape { position: 1 }));
        assert_eq!(decoded("%ü"), Err(Escape { position: 0 }));
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(text in any::<String>()) {
            let encoded = encoded(&text);
            prop_assert_eq!(decoded(&encoded).unwrap(), text);
        }

        #[test]
        fn agrees_with_an_independent_encoder(text in any::<String>()) {
            let expected = utf8_percent_encode(&text, RESERVED).to_string();
            prop_assert_eq!(encoded_len(&text, &UNRESERVED), expected.len());
            prop_assert_eq!(encoded(&text), expected);
        }
    }
}
