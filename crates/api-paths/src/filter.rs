//! Bitbucket's filter language (the parameter `q`) as typed expressions.
//!
//! Source: REST introduction, "Filtering and sorting". Strings stand in double quotes; that `\` and `"` within are escaped with `\` is
//! common knowledge rather than documented.

mod value;

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use crate::identifiers::{checks, text_identifier};
use crate::{ParseError, Reason};
pub use value::{FilterText, FilterTime, FilterValue};

text_identifier!(
    /// A field of the entries to filter or sort: the path to it in their JSON, such as `target.date`, without `values.` in front.
    ///
    /// Parts of `a-z A-Z 0-9 _`, not beginning with a digit, with `.` between them; at most 1024 bytes.
    Field,
    "field",
    field
);

fn field(text: &str, what: &'static str) -> Result<Box<str>, ParseError> {
    checks::extent(text, what, checks::MOST_BYTES)?;
    checks::characters(text, what, |c| {
        c.is_ascii_alphanumeric() || matches!(c, '_' | '.')
    })?;
    let mut begin = 0;
    for part in text.split('.') {
        match part.chars().next() {
            None => return Err(ParseError::new(what, begin, Reason::EmptySegment)),
            Some(digit) if digit.is_ascii_digit() => {
                return Err(ParseError::new(what, begin, Reason::Character(digit)));
            }
            Some(_) => begin += part.len() + 1,
        }
    }
    Ok(text.into())
}

impl Field {
    /// `field = value`. Equal to [`FilterValue::Null`]: not set.
    #[must_use]
    pub fn equals(&self, value: impl Into<FilterValue>) -> Filter {
        self.compared("=", &value.into())
    }

    /// `field != value`.
    #[must_use]
    pub fn differs_from(&self, value: impl Into<FilterValue>) -> Filter {
        self.compared("!=", &value.into())
    }

    /// `field ~ "text"`: the text is contained, whatever its case.
    #[must_use]
    pub fn contains(&self, text: &FilterText) -> Filter {
        self.compared("~", &FilterValue::Text(text.clone()))
    }

    /// `field !~ "text"`: the text is not contained, whatever its case.
    #[must_use]
    pub fn lacks(&self, text: &FilterText) -> Filter {
        self.compared("!~", &FilterValue::Text(text.clone()))
    }

    /// `field > value`.
    #[must_use]
    pub fn above(&self, value: impl Into<FilterValue>) -> Filter {
        self.compared(">", &value.into())
    }

    /// `field >= value`.
    #[must_use]
    pub fn at_least(&self, value: impl Into<FilterValue>) -> Filter {
        self.compared(">=", &value.into())
    }

    /// `field < value`.
    #[must_use]
    pub fn below(&self, value: impl Into<FilterValue>) -> Filter {
        self.compared("<", &value.into())
    }

    /// `field <= value`.
    #[must_use]
    pub fn at_most(&self, value: impl Into<FilterValue>) -> Filter {
        self.compared("<=", &value.into())
    }

    /// `field IN (value, …)`.
    ///
    /// # Errors
    /// [`ParseError`] when there are no values: an empty list is no filter.
    pub fn one_of(
        &self,
        values: impl IntoIterator<Item = impl Into<FilterValue>>,
    ) -> Result<Filter, ParseError> {
        self.listed(" IN (", values)
    }

    /// `field NOT IN (value, …)`.
    ///
    /// # Errors
    /// [`ParseError`] when there are no values: an empty list is no filter.
    pub fn none_of(
        &self,
        values: impl IntoIterator<Item = impl Into<FilterValue>>,
    ) -> Result<Filter, ParseError> {
        self.listed(" NOT IN (", values)
    }

    fn compared(&self, operator: &str, value: &FilterValue) -> Filter {
        let mut text = String::from(self.as_str());
        text.push(' ');
        text.push_str(operator);
        text.push(' ');
        value.push_to(&mut text);
        Filter {
            text,
            kind: Kind::Comparison,
        }
    }

    fn listed(
        &self,
        opening: &str,
        values: impl IntoIterator<Item = impl Into<FilterValue>>,
    ) -> Result<Filter, ParseError> {
        let mut text = String::from(self.as_str());
        text.push_str(opening);
        let empty = text.len();
        for value in values {
            if text.len() > empty {
                text.push_str(", ");
            }
            value.into().push_to(&mut text);
        }
        if text.len() == empty {
            return Err(ParseError::new("filter_list", 0, Reason::Empty));
        }
        text.push(')');
        Ok(Filter {
            text,
            kind: Kind::Comparison,
        })
    }
}

/// An expression of the filter language: comparisons joined by `AND` and `OR`.
///
/// Parentheses come by themselves: `a.or(b).and(c)` means `(a OR b) AND c`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Filter {
    text: String,
    kind: Kind,
}

/// What holds an expression together at its top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Comparison,
    All,
    Any,
}

impl Filter {
    /// Both must hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.joined(" AND ", other, Kind::All)
    }

    /// One must hold at least.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.joined(" OR ", other, Kind::Any)
    }

    /// The expression as plain text, not encoded.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn joined(self, word: &str, other: Self, kind: Kind) -> Self {
        let mut text = self.within(kind);
        text.push_str(word);
        text.push_str(&other.within(kind));
        Self { text, kind }
    }

    /// The text as an operand of an expression of `kind`.
    fn within(self, kind: Kind) -> String {
        if self.kind == Kind::Comparison || self.kind == kind {
            return self.text;
        }
        let mut text = String::with_capacity(self.text.len() + 2);
        text.push('(');
        text.push_str(&self.text);
        text.push(')');
        text
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests;
