//! Numbered things: issues, pull requests, comments and tasks.

use core::fmt;
use core::num::NonZeroU64;
use core::str::FromStr;

use crate::{ParseError, Reason};

/// Greatest number taken: Bitbucket's JSON integers are signed 64-bit.
const MOST: u64 = i64::MAX.unsigned_abs();
/// Digits of [`MOST`].
const MOST_DIGITS: usize = 19;

fn checked(number: u64, what: &'static str) -> Result<NonZeroU64, ParseError> {
    NonZeroU64::new(number)
        .filter(|number| number.get() <= MOST)
        .ok_or(ParseError::new(what, 0, Reason::NumberRange))
}

/// Digits only: no sign, no leading zero, so that one number has one spelling.
fn parsed(text: &str, what: &'static str) -> Result<NonZeroU64, ParseError> {
    if text.is_empty() {
        return Err(ParseError::new(what, 0, Reason::Empty));
    }
    super::checks::characters(text, what, |c| c.is_ascii_digit())?;
    if text.starts_with('0') {
        return Err(ParseError::new(what, 0, Reason::NumberRange));
    }
    if text.len() > MOST_DIGITS {
        return Err(ParseError::new(
            what,
            MOST_DIGITS,
            Reason::TooLong { most: MOST_DIGITS },
        ));
    }
    checked(text.parse().unwrap_or_default(), what)
}

macro_rules! number_identifier {
    ($(#[$meta:meta])* $name:ident, $what:literal) => {
        $(#[$meta])*
        ///
        /// A whole number from 1 to 2^63 - 1; as text without sign and without leading zero; with serde a number.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(NonZeroU64);

        impl $name {
            const WHAT: &'static str = $what;

            /// Takes a number as an API answer gives it.
            ///
            /// # Errors
            /// [`ParseError`] for 0 and for what exceeds 2^63 - 1.
            pub fn new(number: u64) -> Result<Self, ParseError> {
                checked(number, Self::WHAT).map(Self)
            }

            /// Parses decimal digits.
            ///
            /// # Errors
            /// [`ParseError`] with the first byte that is no digit, or the range.
            pub fn parse(text: &str) -> Result<Self, ParseError> {
                parsed(text, Self::WHAT).map(Self)
            }

            /// The number.
            #[must_use]
            pub const fn value(self) -> u64 {
                self.0.get()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = ParseError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u64(self.value())
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::wire::numbered(deserializer, Self::WHAT, Self::new)
            }
        }
    };
}

number_identifier!(
    /// An issue of Bitbucket's own tracker, counted per repository (the tracker was removed on 2026-08-20).
    IssueId,
    "issue_id"
);
number_identifier!(
    /// A pull request, counted per repository.
    PullRequestId,
    "pull_request_id"
);
number_identifier!(
    /// A comment on an issue, a pull request or a commit.
    CommentId,
    "comment_id"
);
number_identifier!(
    /// A task of a pull request.
    TaskId,
    "task_id"
);
