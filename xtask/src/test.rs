//! `cargo xtask test`: every test of the workspace. Nothing is printed after the test runner's own last line.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::step::Step;
use crate::{Verdict, postgres, say};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Passed to the test runner, such as `-p PACKAGE` or a part of a test's name. With any, documentation tests are left out.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Runs documentation tests, then all others. The second part runs also when the first fails, so that its summary is the last thing seen.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<Verdict> {
    postgres::install()?;
    let nextest = has_nextest();
    if !nextest {
        say::note("cargo-nextest is not installed: tests run with `cargo test`");
    }
    let mut good = true;
    for step in steps(nextest, &arguments.arguments) {
        good &= step.run(root)?;
    }
    Ok(Verdict::of(good))
}

fn steps(nextest: bool, arguments: &[String]) -> Vec<Step> {
    let scope = if names_a_package(arguments) {
        ""
    } else {
        "--workspace"
    };
    match (nextest, arguments.is_empty()) {
        (true, true) => vec![
            documentation(),
            Step::cargo("nextest run --workspace --all-features"),
        ],
        (true, false) => vec![
            Step::cargo(&format!("nextest run {scope} --all-features")).with_arguments(arguments),
        ],
        (false, true) => vec![
            documentation(),
            Step::cargo("test --workspace --all-features --tests --no-fail-fast"),
        ],
        (false, false) => vec![
            Step::cargo(&format!("test {scope} --all-features --tests")).with_arguments(arguments),
        ],
    }
}

fn documentation() -> Step {
    Step::cargo("test --doc --workspace --all-features --quiet --no-fail-fast")
}

fn names_a_package(arguments: &[String]) -> bool {
    arguments
        .iter()
        .any(|argument| argument.starts_with("-p") || argument.starts_with("--package"))
}

fn has_nextest() -> bool {
    let probe = Command::new("cargo")
        .args(["nextest", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    probe.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(nextest: bool, arguments: &[&str]) -> Vec<String> {
        let arguments: Vec<_> = arguments
            .iter()
            .map(|&argument| argument.to_owned())
            .collect();
        steps(nextest, &arguments)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn without_arguments_everything_runs_and_the_runner_closes() {
        assert_eq!(
            shown(true, &[]),
            [
                "cargo test --doc --workspace --all-features --quiet --no-fail-fast",
                "cargo nextest run --workspace --all-features"
            ]
        );
    }

    #[test]
    fn a_package_replaces_the_workspace() {
        assert_eq!(
            shown(true, &["-p", "xtask"]),
            ["cargo nextest run --all-features -p xtask"]
        );
        assert_eq!(
            shown(true, &["push"]),
            ["cargo nextest run --workspace --all-features push"]
        );
    }

    #[test]
    fn without_nextest_cargo_runs_them() {
        assert_eq!(
            shown(false, &["push"]),
            ["cargo test --workspace --all-features --tests push"]
        );
    }
}
