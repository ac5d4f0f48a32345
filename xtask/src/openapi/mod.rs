//! `cargo xtask openapi`: what the paths say of each operation, beside Bitbucket's own OpenAPI document.

mod compare;
mod deviations;
mod document;
mod report;
mod schema;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use anyhow::Context as _;
use bitbucket_api_paths::Operation;

use crate::{Verdict, say};
use deviations::Deviations;
use document::Document;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A copy of the document: <https://api.bitbucket.org/swagger.json> (Swagger 2.0) or its successor
    /// <https://dac-static.atlassian.com/cloud/bitbucket/swagger.v3.json> (OpenAPI 3).
    #[arg(value_name = "PATH")]
    document: PathBuf,
    /// Print one JSON object instead of lines for people.
    #[arg(long)]
    json: bool,
}

/// Prints each disagreement; good when there is none but those that are meant.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Verdict> {
    let path = &arguments.document;
    let text = std::fs::read_to_string(path).with_context(|| {
        let path = path.display();
        format!("could not read {path}; give a copy of https://api.bitbucket.org/swagger.json")
    })?;
    let document = Document::parse(&text)
        .with_context(|| format!("{} is no document to compare with", path.display()))?;
    let found = compare::compare(&document, Operation::all());
    let judged = Deviations::ours()?.judge(found);
    let checked = Operation::all().count();
    match arguments.json {
        true => say::line(report::json(&document, checked, &judged)?),
        false => say::line(report::text(&document, checked, &judged)),
    }
    Ok(Verdict::of(judged.disagreements.is_empty()))
}
