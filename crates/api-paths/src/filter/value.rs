//! What a field is compared with.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt::Write;

use crate::identifiers::{checks, text_identifier};
use crate::{ParseError, Reason};

/// Longest text taken, in bytes: what a request line of 8 KiB has room for, encoded.
const MOST_BYTES: usize = 2048;

text_identifier!(
    /// A text to compare with, possibly empty, without control characters, of at most 2048 bytes. Quotes and backslashes are escaped
    /// when it is written.
    FilterText,
    "filter_text",
    text
);

fn text(text: &str, what: &'static str) -> Result<Box<str>, ParseError> {
    if text.len() > MOST_BYTES {
        return Err(ParseError::new(
            what,
            MOST_BYTES,
            Reason::TooLong { most: MOST_BYTES },
        ));
    }
    checks::characters(text, what, |_| true)?;
    Ok(text.into())
}

text_identifier!(
    /// A day (`2026-11-24`) or a moment (`2026-11-24T03:30:00+00:00`, also with `Z` or fractions of a second) to compare with.
    ///
    /// The form is checked (RFC 3339 with `T` and upper-case `Z`), and that month, day, hour, minute and second are in their ranges; not
    /// the length of the month.
    FilterTime,
    "filter_time",
    time
);

/// What may stand in a time: `0` for a digit, all else for itself.
const DAY: &str = "0000-00-00";
const MOMENT: &str = "0000-00-00T00:00:00";
const ZONE: &str = "+00:00";

fn time(text: &str, what: &'static str) -> Result<Box<str>, ParseError> {
    shaped(text, 0, DAY, what)?;
    in_range(text, 5, 1, 12, what)?;
    in_range(text, 8, 1, 31, what)?;
    if text.len() > DAY.len() {
        shaped(text, 0, MOMENT, what)?;
        in_range(text, 11, 0, 23, what)?;
        in_range(text, 14, 0, 59, what)?;
        in_range(text, 17, 0, 60, what)?;
        zone(text, fraction_end(text, what)?, what)?;
    }
    Ok(text.into())
}

/// Where the fraction of a second ends that may follow the seconds.
fn fraction_end(text: &str, what: &'static str) -> Result<usize, ParseError> {
    let Some(fraction) = text[MOMENT.len()..].strip_prefix('.') else {
        return Ok(MOMENT.len());
    };
    let digits = fraction.len()
        - fraction
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .len();
    match digits {
        1..=9 => Ok(MOMENT.len() + 1 + digits),
        _ => Err(ParseError::new(what, MOMENT.len(), Reason::Character('.'))),
    }
}

fn zone(text: &str, from: usize, what: &'static str) -> Result<(), ParseError> {
    let rest = &text[from..];
    if rest == "Z" {
        return Ok(());
    }
    if rest.starts_with('-') {
        shaped(text, from, "-00:00", what)?;
    } else {
        shaped(text, from, ZONE, what)?;
    }
    in_range(text, from + 1, 0, 23, what)?;
    in_range(text, from + 4, 0, 59, what)?;
    let end = from + ZONE.len();
    if text.len() > end {
        return Err(ParseError::new(what, end, Reason::TooLong { most: end }));
    }
    Ok(())
}

/// Whether `text` goes on like `shape` from byte `from`.
fn shaped(text: &str, from: usize, shape: &str, what: &'static str) -> Result<(), ParseError> {
    let mut found = text[from..].chars();
    for (index, wanted) in shape.chars().enumerate() {
        let position = from + index;
        match found.next() {
            Some(digit) if wanted == '0' && digit.is_ascii_digit() => {}
            Some(same) if wanted != '0' && same == wanted => {}
            Some(other) => return Err(ParseError::new(what, position, Reason::Character(other))),
            None => {
                return Err(ParseError::new(
                    what,
                    position,
                    Reason::TooShort {
                        least: from + shape.len(),
                    },
                ));
            }
        }
    }
    Ok(())
}

/// Whether the two digits at `from` are a number from `least` to `most`.
fn in_range(
    text: &str,
    from: usize,
    least: u8,
    most: u8,
    what: &'static str,
) -> Result<(), ParseError> {
    let number = text[from..from + 2].parse::<u8>().unwrap_or(u8::MAX);
    if (least..=most).contains(&number) {
        return Ok(());
    }
    Err(ParseError::new(
        what,
        from,
        Reason::Character(char::from(text.as_bytes()[from])),
    ))
}

/// What a field is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FilterValue {
    /// A text, in double quotes.
    Text(FilterText),
    /// A whole number.
    Number(i64),
    /// `true` or `false`.
    Boolean(bool),
    /// A day or a moment, without quotes.
    Time(FilterTime),
    /// `null`: not set.
    Null,
}

impl FilterValue {
    pub(super) fn push_to(&self, out: &mut String) {
        match self {
            Self::Text(text) => push_quoted(out, text.as_str()),
            Self::Number(number) => {
                // Writing to a `String` never fails.
                let _ = write!(out, "{number}");
            }
            Self::Boolean(true) => out.push_str("true"),
            Self::Boolean(false) => out.push_str("false"),
            Self::Time(time) => out.push_str(time.as_str()),
            Self::Null => out.push_str("null"),
        }
    }
}

fn push_quoted(out: &mut String, text: &str) {
    out.reserve(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('"');
}

impl From<FilterText> for FilterValue {
    fn from(text: FilterText) -> Self {
        Self::Text(text)
    }
}

impl From<FilterTime> for FilterValue {
    fn from(time: FilterTime) -> Self {
        Self::Time(time)
    }
}

impl From<i64> for FilterValue {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for FilterValue {
    fn from(boolean: bool) -> Self {
        Self::Boolean(boolean)
    }
}
