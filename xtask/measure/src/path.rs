//! Spelling an address, and what lies below: copying the ready text.

use std::hint::black_box;

use bitbucket_api_paths::{CommitSha, DiffSpec, Query, RepoFullName, RepoRef, diffs};

use crate::clock::rate;
use crate::sample::Sample;

/// By whom.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum By {
    /// `bitbucket-api-paths`.
    Ours,
    /// A copy of the ready text.
    Floor,
    /// `format!`, which checks and encodes nothing.
    Format,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[arg(long, default_value = "ours")]
    by: By,
    /// With a page length and a choice of fields.
    #[arg(long)]
    query: bool,
    /// Processor seconds to measure for.
    #[arg(long, default_value_t = 0.7)]
    seconds: f64,
}

const REPOSITORY: &str = "acme/rocket";
const COMMIT: &str = "8f3c2d1e0b9a7c6d5e4f3a2b1c0d9e8f7a6b5c4d";
const FIELDS: &str = "next,values.status,values.old.path,values.new.path";

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Sample> {
    let repository = RepoRef::from(RepoFullName::parse(REPOSITORY)?);
    let spec = DiffSpec::Commit(CommitSha::parse(COMMIT)?);
    let spelled = || {
        let path = diffs::diffstat(black_box(&repository), black_box(&spec));
        if !arguments.query {
            return path;
        }
        path.with_query(Query::new().pagelen(500).fields(FIELDS))
    };
    let ready = spelled().path_and_query().to_owned();
    let seconds = arguments.seconds;
    let rate = match arguments.by {
        By::Ours => rate(seconds, || drop(black_box(spelled()))),
        By::Floor => rate(seconds, || drop(black_box(black_box(&ready).clone()))),
        By::Format => rate(seconds, || {
            drop(black_box(formatted(black_box(REPOSITORY), arguments.query)));
        }),
    };
    Ok(Sample::of("per_cpu_second", rate))
}

fn formatted(repository: &str, query: bool) -> String {
    let commit = black_box(COMMIT);
    if query {
        return format!(
            "/2.0/repositories/{repository}/diffstat/{commit}?pagelen=500&fields={FIELDS}"
        );
    }
    format!("/2.0/repositories/{repository}/diffstat/{commit}")
}
