//! `cargo xtask fuzz`: libFuzzer on stable Rust, one target after the other.

mod build;
mod run;
mod targets;

use std::path::Path;

use anyhow::ensure;

use crate::{Verdict, say};
use run::Run;
use targets::Target;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The target; all of them, one after the other, when none is named.
    target: Option<String>,
    /// How long each target is tried.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    /// Shows the targets and what each is about, and does nothing else.
    #[arg(long)]
    list: bool,
}

/// Lists the targets, or builds the fuzzer and tries them.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<Verdict> {
    let targets = targets::all(root)?;
    if arguments.list {
        targets.iter().for_each(say::line);
        return Ok(Verdict::Good);
    }
    let chosen = chosen(&targets, arguments.target.as_deref())?;
    let program = build::build(root)?;
    let mut runs = Vec::new();
    for target in chosen {
        runs.push(run::run(root, &program, &target.name, arguments.seconds)?);
    }
    say::line("");
    runs.iter().for_each(say::line);
    Ok(Verdict::of(runs.iter().all(Run::is_good)))
}

fn chosen<'t>(targets: &'t [Target], name: Option<&str>) -> anyhow::Result<Vec<&'t Target>> {
    let wanted = |target: &&Target| name.is_none_or(|name| target.name == name);
    let chosen: Vec<_> = targets.iter().filter(wanted).collect();
    ensure!(
        !chosen.is_empty(),
        "there is no target {:?}; `cargo xtask fuzz --list` shows them",
        name.unwrap_or_default()
    );
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(name: &str) -> Target {
        Target {
            name: name.to_owned(),
            about: String::new(),
        }
    }

    #[test]
    fn one_target_is_chosen_by_name_and_all_without_one() {
        let targets = [target("a"), target("b")];
        let names = |name| {
            let chosen = chosen(&targets, name).ok()?;
            Some(
                chosen
                    .iter()
                    .map(|target| target.name.clone())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(names(Some("b")), Some(vec!["b".to_owned()]));
        assert_eq!(names(None).map(|names| names.len()), Some(2));
        assert_eq!(names(Some("c")), None);
    }
}
