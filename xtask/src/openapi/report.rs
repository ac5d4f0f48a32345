//! What was found, for people and for programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::compare::Disagreement;
use super::deviations::{Judged, Meant};
use super::document::Document;

#[derive(Serialize)]
struct Report<'a> {
    format: &'a str,
    published: usize,
    checked: usize,
    disagreements: &'a [Disagreement],
    meant: &'a [Meant],
    unused_deviations: &'a [String],
}

/// One JSON object.
///
/// # Errors
/// When it cannot be written as JSON.
pub(super) fn json(document: &Document, checked: usize, judged: &Judged) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(&Report {
        format: &document.format,
        published: document.operations.len(),
        checked,
        disagreements: &judged.disagreements,
        meant: &judged.meant,
        unused_deviations: &judged.unused,
    })?)
}

/// A line for each, and a sum.
pub(super) fn text(document: &Document, checked: usize, judged: &Judged) -> String {
    let mut text = String::new();
    for one in &judged.disagreements {
        let _ = writeln!(text, "{}", line(one));
    }
    if !judged.meant.is_empty() {
        let _ = writeln!(text, "\nMeant, and why:");
        for meant in &judged.meant {
            let _ = writeln!(text, "{}\n    {}", line(&meant.difference), meant.because);
        }
    }
    for because in &judged.unused {
        let _ = writeln!(
            text,
            "note: this document needs no exception for: {because}"
        );
    }
    let _ = write!(
        text,
        "{}{} operations checked against {} of {}: {} disagree in something, {} differences are meant",
        if text.is_empty() { "" } else { "\n" },
        checked,
        document.operations.len(),
        document.format,
        judged.disagreements.len(),
        judged.meant.len(),
    );
    text
}

/// `GET /2.0/user (getCurrentUser): query parameter q: …`.
fn line(one: &Disagreement) -> String {
    let name = one.name.as_ref();
    let name = name.map_or_else(String::new, |name| format!("`{name}`: "));
    format!(
        "{} {} ({}): {name}{}",
        one.method, one.path, one.operation, one.says
    )
}
