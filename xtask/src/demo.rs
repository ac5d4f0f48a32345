//! `cargo xtask demo`: the service's own demo, built as it is shipped.

use std::path::Path;

use crate::Verdict;
use crate::step::Step;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Passed to the demo, such as `--keep`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<Verdict> {
    Step::cargo("run --release -- demo")
        .with_arguments(&arguments.arguments)
        .run(root)
        .map(Verdict::of)
}
