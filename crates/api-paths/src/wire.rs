//! Reading identifiers with serde: through their own `parse`, from borrowed or owned text, without a copy in between.

use core::fmt;

use serde::Deserializer;
use serde::de::{Error, Visitor};

use crate::ParseError;

/// Reads a text and parses it; `what` names the identifier in the error.
pub(crate) fn parsed<'de, D, T>(
    deserializer: D,
    what: &'static str,
    parse: fn(&str) -> Result<T, ParseError>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_str(Text { what, parse })
}

/// Reads a number and checks it.
pub(crate) fn numbered<'de, D, T>(
    deserializer: D,
    what: &'static str,
    check: fn(u64) -> Result<T, ParseError>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_u64(Number { what, check })
}

struct Text<T> {
    what: &'static str,
    parse: fn(&str) -> Result<T, ParseError>,
}

impl<T> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the text of a {}", self.what)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.parse)(text).map_err(E::custom)
    }
}

struct Number<T> {
    what: &'static str,
    check: fn(u64) -> Result<T, ParseError>,
}

impl<T> Visitor<'_> for Number<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the number of a {}", self.what)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        (self.check)(number).map_err(E::custom)
    }
}
