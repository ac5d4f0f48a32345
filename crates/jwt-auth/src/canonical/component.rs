//! Names and values of a query: out of their encoding, and into RFC 3986's.

use std::borrow::Cow;
use std::cmp::Ordering;

use percent_encoding::percent_encode_byte;

use super::RequestError;

/// What to do with escapes that stand for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decoding {
    /// They are refused.
    Strict,
    /// Incomplete ones stay as text, and bytes that are not UTF-8 become U+FFFD.
    Lenient,
}

/// A name or a value. Most come encoded as they would be encoded again, and are never decoded.
pub(super) enum Component<'q> {
    /// It has unreserved characters only: encoded or not, it is the same.
    Plain(&'q str),
    /// It is encoded by RFC 3986, and every escape stands for an ASCII character.
    Encoded(&'q str),
    /// It was decoded.
    Decoded(Cow<'q, str>),
}

impl<'q> Component<'q> {
    /// Reads what stands at `position` of the query.
    pub(super) fn read(
        raw: &'q str,
        position: usize,
        decoding: Decoding,
    ) -> Result<Self, RequestError> {
        let bytes = raw.as_bytes();
        match bytes.iter().position(|&byte| !is_unreserved(byte)) {
            None => Ok(Self::Plain(raw)),
            Some(escape) if is_canonical_ascii(bytes.get(escape..).unwrap_or_default()) => {
                Ok(Self::Encoded(raw))
            }
            Some(_) => decode(raw, position, decoding).map(Self::Decoded),
        }
    }

    /// What it says.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Plain(text) => Cow::Borrowed(text),
            // Its escapes are complete and ASCII, so the decoding doesn't matter, and there is no error.
            Self::Encoded(raw) => decode(raw, 0, Decoding::Lenient).unwrap_or_default(),
            Self::Decoded(text) => Cow::Borrowed(text),
        }
    }

    /// Whether it says nothing.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Plain(text) | Self::Encoded(text) => text.is_empty(),
            Self::Decoded(text) => text.is_empty(),
        }
    }

    /// Appends it, encoded by RFC 3986.
    pub(super) fn append(&self, line: &mut String) {
        match self {
            Self::Plain(encoded) | Self::Encoded(encoded) => line.push_str(encoded),
            Self::Decoded(text) => append_encoded(line, text),
        }
    }
}

impl Ord for Component<'_> {
    /// By what they say. Text compares by bytes, which is code point order in UTF-8.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Plain(one), Self::Plain(other)) => one.cmp(other),
            (one, other) => one.text().cmp(&other.text()),
        }
    }
}

impl PartialOrd for Component<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Component<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Component<'_> {}

/// Whether any byte is one of those `is` knows. Looks at every byte, which is faster than stopping early.
pub(super) fn any_byte(text: &str, is: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(false, |found, byte| found | is(byte))
}

fn decode(raw: &str, position: usize, decoding: Decoding) -> Result<Cow<'_, str>, RequestError> {
    let forbidden = |byte: u8| byte <= b' ' || byte == 0x7f || byte == b'#';
    if let Some(found) = raw.bytes().position(forbidden) {
        let position = position + found;
        return Err(RequestError::InvalidQueryByte { position });
    }
    let bytes = decode_bytes(raw.as_bytes(), position, decoding)?;
    match (String::from_utf8(bytes), decoding) {
        (Ok(text), _) => Ok(Cow::Owned(text)),
        (Err(_), Decoding::Strict) => Err(RequestError::NotUtf8 { position }),
        (Err(error), Decoding::Lenient) => {
            let text = String::from_utf8_lossy(error.as_bytes());
            Ok(Cow::Owned(text.into_owned()))
        }
    }
}

fn decode_bytes(raw: &[u8], position: usize, decoding: Decoding) -> Result<Vec<u8>, RequestError> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(run) = rest.iter().position(|&byte| byte == b'%' || byte == b'+') {
        let (plain, from) = rest.split_at(run);
        bytes.extend_from_slice(plain);
        let (value, length) = match (from, decoding) {
            ([b'+', ..], _) => (b' ', 1),
            ([_, digits @ ..], decoding) => match (escaped(digits), decoding) {
                (Some(value), _) => (value, 3),
                (None, Decoding::Lenient) => (b'%', 1),
                (None, Decoding::Strict) => {
                    let position = position + raw.len() - from.len();
                    return Err(RequestError::MalformedEscape { position });
                }
            },
            ([], _) => break,
        };
        bytes.push(value);
        rest = from.get(length..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest);
    Ok(bytes)
}

/// The byte that the two digits in front stand for.
const fn escaped(digits: &[u8]) -> Option<u8> {
    let [high, low, ..] = digits else {
        return None;
    };
    match (DIGITS[*high as usize], DIGITS[*low as usize]) {
        (NO_DIGIT, _) | (_, NO_DIGIT) => None,
        (high, low) => Some(high << 4 | low),
    }
}

/// In the table below, what is no hexadecimal digit.
const NO_DIGIT: u8 = 0xff;

/// For each byte, its value as a hexadecimal digit.
const DIGITS: [u8; 256] = {
    let mut table = [NO_DIGIT; 256];
    let mut value = 0_u8;
    while value < 16 {
        table[b"0123456789abcdef"[value as usize] as usize] = value;
        table[b"0123456789ABCDEF"[value as usize] as usize] = value;
        value += 1;
    }
    table
};

/// Whether `raw` has nothing but unreserved characters and escapes as [`append_encoded`] writes them, `%XX` in upper case and only where there must be one,
/// of ASCII characters.
fn is_canonical_ascii(raw: &[u8]) -> bool {
    let mut rest = raw;
    while let [byte, after @ ..] = rest {
        rest = after;
        if is_unreserved(*byte) {
            continue;
        }
        let [
            high @ b'0'..=b'7',
            low @ (b'0'..=b'9' | b'A'..=b'F'),
            after @ ..,
        ] = after
        else {
            return false;
        };
        let needed = escaped(&[*high, *low]).is_some_and(|value| !is_unreserved(value));
        if *byte != b'%' || !needed {
            return false;
        }
        rest = after;
    }
    true
}

/// For each byte, whether it is an unreserved character of [RFC 3986 §2.3](https://www.rfc-editor.org/rfc/rfc3986#section-2.3).
const UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        let is_mark = matches!(byte, b'-' | b'.' | b'_' | b'~');
        table[byte as usize] = byte.is_ascii_alphanumeric() || is_mark;
        byte += 1;
    }
    table
};

const fn is_unreserved(byte: u8) -> bool {
    UNRESERVED[byte as usize]
}

/// Appends `text`, encoded. Each run of characters that stay is copied as a whole.
fn append_encoded(line: &mut String, text: &str) {
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !is_unreserved(byte) {
            line.push_str(text.get(copied..at).unwrap_or_default());
            line.push_str(percent_encode_byte(byte));
            copied = at + 1;
        }
    }
    line.push_str(text.get(copied..).unwrap_or_default());
}
