//! Names and values of a query: out of their encoding, and into RFC 3986's.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::RequestError;

/// Everything but the unreserved characters of [RFC 3986 §2.3](https://www.rfc-editor.org/rfc/rfc3986#section-2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What to do with escapes that stand for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decoding {
    /// They are refused.
    Strict,
    /// Incomplete ones stay as text, and bytes that are not UTF-8 become U+FFFD.
    Lenient,
}

/// Decodes a name or value that stands at `position` of the query.
pub(super) fn decode(
    raw: &str,
    position: usize,
    decoding: Decoding,
) -> Result<Cow<'_, str>, RequestError> {
    if !raw.bytes().any(|byte| byte == b'%' || byte == b'+') {
        return Ok(Cow::Borrowed(raw));
    }
    let bytes = decode_bytes(raw.as_bytes(), position, decoding)?;
    match (String::from_utf8(bytes), decoding) {
        (Ok(text), _) => Ok(Cow::Owned(text)),
        (Err(_), Decoding::Strict) => Err(RequestError::NotUtf8 { position }),
        (Err(error), Decoding::Lenient) => Ok(Cow::Owned(
            String::from_utf8_lossy(error.as_bytes()).into_owned(),
        )),
    }
}

fn decode_bytes(raw: &[u8], position: usize, decoding: Decoding) -> Result<Vec<u8>, RequestError> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        at += 1;
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => match (escape(raw, at), decoding) {
                (Some(value), _) => {
                    bytes.push(value);
                    at += 2;
                }
                (None, Decoding::Strict) => {
                    let position = position + at - 1;
                    return Err(RequestError::MalformedEscape { position });
                }
                (None, Decoding::Lenient) => bytes.push(b'%'),
            },
            other => bytes.push(other),
        }
    }
    Ok(bytes)
}

/// The byte that two hexadecimal digits at `at` stand for.
fn escape(raw: &[u8], at: usize) -> Option<u8> {
    let digit = |at: usize| char::from(*raw.get(at)?).to_digit(16);
    u8::try_from(digit(at)? << 4 | digit(at + 1)?).ok()
}

/// Appends `text`, encoded.
pub(super) fn append_encoded(line: &mut String, text: &str) {
    line.extend(utf8_percent_encode(text, RESERVED));
}
