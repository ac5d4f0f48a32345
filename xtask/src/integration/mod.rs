//! `cargo xtask integration`: the acceptance scenarios against real processes.
//!
//! The acceptance tests run here in *process mode*: environment variables tell them which programs to start, and they append one JSON
//! line per scenario to a report file. This module builds, starts, reads the report and makes sure that nothing was left running.

mod build;
mod leftovers;
mod report;
mod run;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};

use crate::step::{human, timed};
use crate::{Verdict, say};
use build::Programs;
use leftovers::Leftovers;
use report::{Outcome, Scenario};
use run::Run;

/// How long a process may take to end by itself after the tests ended.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Use this build of the service instead of building `bitbucket-integration`.
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
    /// Use this build of the simulator instead of building `bitbucket-simulator`.
    #[arg(long, value_name = "PATH")]
    simulator: Option<PathBuf>,
    /// Run only the scenarios whose test function's name contains this text.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Build service and simulator with optimisation, as they are shipped.
    #[arg(long)]
    release: bool,
}

/// Builds, runs, prints the table, and cleans up. Good only when at least one scenario ran and none failed.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<Verdict> {
    let programs = Programs::prepare(root, arguments)?;
    let run = Run::prepare(&programs)?;
    let (finished, took) = timed(|| run.execute(root, arguments.filter.as_deref()));
    let left = leftovers::end(&run, PATIENCE);
    let succeeded = finished?;
    let scenarios = report::parse(&run.report_text()?)?;

    say::line(report::table(&scenarios));
    say::line(summary(&scenarios, &human(took)));
    let mut good = judge(&scenarios, succeeded);
    good &= say_what_was_left(&left?);
    if good {
        run.remove_files()?;
    } else {
        say_details(&scenarios, succeeded, &run)?;
    }
    Ok(Verdict::of(good))
}

fn summary(scenarios: &[Scenario], took: &str) -> String {
    let count = |outcome| {
        let ended = scenarios.iter().map(|scenario| scenario.outcome);
        ended.filter(|one| *one == outcome).count()
    };
    let (failed, left_out) = (count(Outcome::Failed), count(Outcome::LeftOut));
    let all = if scenarios.len() == 1 {
        "1 scenario".to_owned()
    } else {
        format!("{} scenarios", scenarios.len())
    };
    format!("{all}, {failed} failed, {left_out} left out, {took}")
}

fn judge(scenarios: &[Scenario], succeeded: bool) -> bool {
    let passed = scenarios
        .iter()
        .all(|scenario| scenario.outcome != Outcome::Failed);
    let ran = scenarios
        .iter()
        .any(|scenario| scenario.outcome != Outcome::LeftOut);
    if !ran {
        say::line("No scenario ran: the filter fits none, or the acceptance tests do not report.");
    } else if passed && !succeeded {
        say::line("The acceptance tests failed although no scenario did; see their output below.");
    }
    passed && succeeded && ran
}

/// Says whether something had to be ended; that is a failure, because a program must end its own children.
fn say_what_was_left(left: &Leftovers) -> bool {
    let text = match left {
        Leftovers::None => "Nothing was left running.".to_owned(),
        Leftovers::Unknown => {
            "Whether something was left running can't be seen on this system.".to_owned()
        }
        Leftovers::Ended(processes) => {
            format!("Left running, and ended now: {}", processes.join(", "))
        }
    };
    say::line(text);
    !matches!(left, Leftovers::Ended(_))
}

fn say_details(scenarios: &[Scenario], succeeded: bool, run: &Run) -> anyhow::Result<()> {
    for scenario in scenarios
        .iter()
        .filter(|scenario| scenario.outcome == Outcome::Failed && !scenario.detail.is_empty())
    {
        say::line(format_args!(
            "\n== {}\n{}",
            scenario.scenario,
            scenario.detail.trim_end()
        ));
    }
    if !succeeded {
        let output = run.output_text()?;
        let failures = report::failures(&output).trim_end();
        say::line(format_args!("\n== output of the failed tests\n{failures}"));
    }
    say::line(format_args!(
        "\nThe whole output is kept in {}",
        run.output.display()
    ));
    Ok(())
}

/// The absolute path of a program that the caller named.
fn given(path: &Path) -> anyhow::Result<PathBuf> {
    let absolute = std::fs::canonicalize(path)
        .with_context(|| format!("there is no program at {}", path.display()))?;
    ensure!(absolute.is_file(), "{} is not a program", path.display());
    Ok(absolute)
}
