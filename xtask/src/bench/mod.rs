//! `cargo xtask bench`: how fast it is, beside the least that could be done and beside what people use today.

mod catalogue;
mod experiment;
mod machine;
mod peers;
mod sample;
mod save;
mod scaling;
mod stats;
mod table;
mod target;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use self::catalogue::{DIFFS, Place};
use self::scaling::Growth;
use self::table::Row;
use crate::step::Step;
use crate::{Verdict, say};

const PAGE: &str = "docs/PERFORMANCE.md";
/// The row of `--row` that stands for all growth.
const SCALING: &str = "scaling";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Fewer rounds and smaller data: under two minutes once everything is built.
    #[arg(long)]
    quick: bool,
    /// Print JSON instead of tables.
    #[arg(long)]
    json: bool,
    /// Also install and run what people use today; needs python3 with venv, node, npm and a C++ compiler.
    #[arg(long)]
    peers: bool,
    /// Put the tables into docs/PERFORMANCE.md.
    #[arg(long, conflicts_with = "rows")]
    save: bool,
    /// Only this row, such as `sign`, `intake`, or `scaling`; may be repeated.
    #[arg(long = "row", value_name = "NAME")]
    rows: Vec<String>,
    /// How often each program runs; 3 with `--quick`, else 5.
    #[arg(long)]
    rounds: Option<usize>,
}

/// Builds, measures, and prints. A missed target makes it fail no more than a slow machine does: it is a figure, not a test.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<Verdict> {
    let built = Step::cargo("build --release -p measure -p bitbucket-integration").run(root)?;
    ensure!(built, "the programs to measure could not be built");
    let place = place(root, arguments)?;
    let experiments = catalogue::experiments(&place);
    let known: Vec<&str> = experiments
        .iter()
        .map(|one| one.name)
        .chain([SCALING])
        .collect();
    let unknown = arguments
        .rows
        .iter()
        .find(|row| !known.contains(&row.as_str()));
    ensure!(
        unknown.is_none(),
        "there is no row `{}`; there are {}",
        unknown.map_or("", String::as_str),
        known.join(", ")
    );
    let wanted =
        |name: &str| arguments.rows.is_empty() || arguments.rows.iter().any(|row| row == name);
    let machine = machine::told(root);
    say::note(&machine);
    let note = |text: &str| say::note(format_args!("  {text}"));
    let rounds = arguments
        .rounds
        .unwrap_or(if arguments.quick { 3 } else { 5 });
    let mut rows = Vec::new();
    for experiment in experiments.iter().filter(|one| wanted(one.name)) {
        let runs = experiment.run(root, rounds, &note);
        rows.extend(table::rows(experiment, &runs));
    }
    let mut growths = Vec::new();
    if wanted(SCALING) {
        let scales = catalogue::scales(&place);
        growths.extend(
            scales
                .iter()
                .map(|scale| scale.run(root, rounds.min(3), &note)),
        );
    }
    tell(root, arguments, &machine, &rows, &growths)?;
    Ok(Verdict::of(
        arguments.rows.is_empty() || !rows.is_empty() || !growths.is_empty(),
    ))
}

fn tell(
    root: &Path,
    arguments: &Arguments,
    machine: &str,
    rows: &[Row],
    growths: &[Growth],
) -> anyhow::Result<()> {
    if arguments.json {
        say::line(serde_json::json!({"machine": machine, "figures": rows, "growth": growths}));
    }
    let mut text = format!("{machine} Load at the end: {}.\n", machine::load());
    if !rows.is_empty() {
        text = format!("{text}\n{}", table::figures(rows));
    }
    if !growths.is_empty() {
        text = format!("{text}\n{}", table::growths(growths));
    }
    if !arguments.json {
        say::line(&text);
    }
    if arguments.save {
        let path = root.join(PAGE);
        let page =
            std::fs::read_to_string(&path).with_context(|| format!("could not read {PAGE}"))?;
        std::fs::write(&path, save::placed(&page, &text)?)?;
        say::note(format_args!("saved into {PAGE}"));
    }
    Ok(())
}

/// Where everything is; writes the data and installs the peers.
fn place(root: &Path, arguments: &Arguments) -> anyhow::Result<Place> {
    let programs = release_folder(root)?;
    let place = Place {
        measure: programs.join("measure"),
        service: programs.join("bitbucket-integration"),
        data: root.join("target/bench-data"),
        peers: arguments.peers.then(|| peers::install(root)).transpose()?,
        programs: root.join("xtask/peers"),
        quick: arguments.quick,
    };
    let sizes = DIFFS.map(|bytes| bytes.to_string()).join(",");
    let written = std::process::Command::new(&place.measure)
        .args([
            "data",
            "--messages",
            &place.messages().to_string(),
            "--diffs",
            &sizes,
            "--folder",
        ])
        .arg(&place.data)
        .output()
        .context("could not write the data")?;
    ensure!(
        written.status.success(),
        "could not write the data: {}",
        String::from_utf8_lossy(&written.stderr)
    );
    Ok(place)
}

/// Where cargo puts release builds.
fn release_folder(root: &Path) -> anyhow::Result<PathBuf> {
    #[derive(serde::Deserialize)]
    struct Metadata {
        target_directory: PathBuf,
    }
    let output = std::process::Command::new("cargo")
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(root)
        .output()
        .context("could not start cargo")?;
    let metadata: Metadata =
        serde_json::from_slice(&output.stdout).context("cargo told no target folder")?;
    Ok(metadata.target_directory.join("release"))
}
