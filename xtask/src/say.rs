//! The one place that prints: results on standard output, everything about the way there on standard error.

use std::fmt::Display;
use std::io::Write as _;

/// Prints a line of the result. A closed pipe is the reader's decision, not an error.
pub(crate) fn line(text: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Prints a line about what is being done.
pub(crate) fn note(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
