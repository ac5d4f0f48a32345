//! The one place that prints. Results go to the standard output, everything else to the standard error.

use std::fmt::Display;
use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::Failure;

/// The program's voice. Colour is left out where nobody sees it, and with `NO_COLOR`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output;

impl Output {
    /// A line of the result.
    pub(crate) fn line(self, text: impl Display) {
        // Nobody reads on: there is nothing left to tell.
        let _gone = writeln!(anstream::stdout().lock(), "{text}");
    }

    /// A line about what is going on.
    pub(crate) fn note(self, text: impl Display) {
        let _gone = writeln!(anstream::stderr().lock(), "{text}");
    }

    /// What went wrong.
    pub(crate) fn problem(self, text: &str) {
        self.note(format_args!("{} {text}", paint(AnsiColor::Red, "error:")));
    }

    /// What should be looked at.
    pub(crate) fn warning(self, text: &str) {
        self.note(format_args!(
            "{} {text}",
            paint(AnsiColor::Yellow, "warning:")
        ));
    }

    /// A result as JSON.
    pub(crate) fn json(self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value)
            .map_err(|error| Failure::Failed(format!("can't write the result as JSON: {error}")))?;
        self.line(text);
        Ok(())
    }

    /// A result as columns, the last one as long as it likes.
    pub(crate) fn table<const N: usize>(self, head: [&str; N], rows: &[[String; N]]) {
        for line in columns(head, rows) {
            self.line(line);
        }
    }
}

/// A text in a colour.
pub(crate) fn paint(colour: AnsiColor, text: &str) -> String {
    let style = Style::new().fg_color(Some(colour.into()));
    format!("{style}{text}{style:#}")
}

/// Lines with aligned columns, two spaces apart, without white space at their ends.
pub(super) fn columns<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> Vec<String> {
    let head = head.map(str::to_owned);
    let all = || std::iter::once(&head).chain(rows);
    let widths: [usize; N] =
        std::array::from_fn(|i| all().map(|row| row[i].chars().count()).max().unwrap_or(0));
    let line = |row: &[String; N]| {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    all().map(line).collect()
}
