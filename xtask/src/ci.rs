//! `cargo xtask ci`: every check that needs no test run.

use std::path::Path;
use std::time::Duration;

use crate::step::{Step, human, timed};
use crate::tree::Tree;
use crate::{Verdict, say, tidy};

/// One check: by cargo, or by this program.
enum Check {
    Cargo(Step),
    Tidy,
    Tree(Tree),
}

struct Finished {
    name: &'static str,
    command: String,
    good: bool,
    took: Duration,
}

/// Runs all checks, cheap ones first, and lists them with their outcome.
pub(crate) fn run(root: &Path) -> anyhow::Result<Verdict> {
    let finished = checks()
        .into_iter()
        .map(|(name, check)| finish(root, name, &check))
        .collect::<anyhow::Result<Vec<_>>>()?;
    say::line("");
    for check in &finished {
        say::line(row(check));
    }
    Ok(Verdict::of(finished.iter().all(|check| check.good)))
}

fn checks() -> Vec<(&'static str, Check)> {
    let cargo = |arguments: &str| Check::Cargo(Step::cargo(arguments));
    let tree = |package, most| Check::Tree(Tree { package, most });
    let rustdoc = Step::cargo(
        "doc --workspace --no-deps --all-features --document-private-items --keep-going",
    );
    vec![
        ("format", cargo("fmt --all --check")),
        ("tidy", Check::Tidy),
        (
            "lints",
            cargo("clippy --workspace --all-targets --all-features --keep-going -- -D warnings"),
        ),
        ("tree of api-paths", tree("bitbucket-api-paths", 8)),
        (
            "tree of commit-resolver",
            tree("bitbucket-commit-resolver", 10),
        ),
        // aws-lc-rs and serde_json are most of it.
        ("tree of jwt-auth", tree("bitbucket-jwt-auth", 24)),
        (
            "client without a transport",
            cargo("check -p bitbucket-http-client --no-default-features"),
        ),
        (
            "service without the demo",
            cargo("check -p bitbucket-integration --no-default-features"),
        ),
        (
            "documentation",
            Check::Cargo(rustdoc.with_environment("RUSTDOCFLAGS", "-D warnings")),
        ),
    ]
}

fn finish(root: &Path, name: &'static str, check: &Check) -> anyhow::Result<Finished> {
    say::note(format_args!("\n== {name}"));
    let (good, took) = timed(|| match check {
        Check::Cargo(step) => step.run(root),
        Check::Tidy => tidy::run(root).map(|verdict| verdict == Verdict::Good),
        Check::Tree(tree) => tree.check(root),
    });
    Ok(Finished {
        name,
        command: command(check),
        good: good?,
        took,
    })
}

fn command(check: &Check) -> String {
    match check {
        Check::Cargo(step) => step.to_string(),
        Check::Tidy => "cargo xtask tidy".to_owned(),
        Check::Tree(tree) => tree.command(),
    }
}

fn row(check: &Finished) -> String {
    let outcome = if check.good { "ok    " } else { "FAILED" };
    format!(
        "{outcome}  {:>12}  {:<26}  {}",
        human(check.took),
        check.name,
        check.command
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_names_the_check_and_how_to_repeat_it() {
        let check = Finished {
            name: "format",
            command: "cargo fmt".to_owned(),
            good: false,
            took: Duration::from_secs(2),
        };
        assert_eq!(
            row(&check),
            "FAILED         2.0 s  format                      cargo fmt"
        );
    }

    #[test]
    fn every_feature_set_that_is_promised_is_checked() {
        let commands: Vec<_> = checks().iter().map(|(_, check)| command(check)).collect();
        assert!(
            commands
                .contains(&"cargo check -p bitbucket-http-client --no-default-features".to_owned())
        );
        assert!(
            commands
                .contains(&"cargo check -p bitbucket-integration --no-default-features".to_owned())
        );
    }
}
