//! The table: a line for each figure, below it what it is compared with.

use std::fmt::Write as _;

use super::experiment::{Experiment, Figure, OURS, Runs, times_as_good};
use super::scaling::Growth;
use super::target::{Number, Verdict, judge};

/// One figure with what it is compared with.
#[derive(Debug, serde::Serialize)]
pub(super) struct Row {
    row: &'static str,
    figure: String,
    ours: f64,
    target: String,
    verdict: Verdict,
    beside: Vec<Beside>,
}

#[derive(Debug, serde::Serialize)]
struct Beside {
    name: String,
    figure: f64,
    /// How many times as good ours is.
    ratio: Option<f64>,
}

/// Makes the rows of an experiment; none without our own runs.
pub(super) fn rows(experiment: &Experiment, runs: &[Runs]) -> Vec<Row> {
    let Some(ours) = runs.iter().find(|runs| runs.name == OURS) else {
        return Vec::new();
    };
    let figures = experiment.figures.iter();
    figures
        .filter_map(|figure| row(experiment.name, figure, ours, runs))
        .collect()
}

fn row(name: &'static str, figure: &Figure, ours: &Runs, runs: &[Runs]) -> Option<Row> {
    let median = ours.median(figure.value)?;
    let others = || runs.iter().filter(|runs| runs.name != OURS);
    let ratio = |wanted: &str| {
        let theirs = others().find(|runs| runs.name == wanted)?;
        times_as_good(ours, theirs, figure)
    };
    let told: Vec<String> = figure
        .targets
        .iter()
        .map(|target| target.told(figure.better))
        .collect();
    Some(Row {
        row: name,
        figure: figure.told.clone(),
        ours: median,
        target: told.join(", "),
        verdict: judge(&figure.targets, median, figure.better, ratio),
        beside: others()
            .filter_map(|theirs| {
                let versions = theirs.versions();
                let name = if versions.is_empty() {
                    theirs.name.to_owned()
                } else {
                    format!("{} ({versions})", theirs.name)
                };
                Some(Beside {
                    name,
                    figure: theirs.median(figure.value)?,
                    ratio: times_as_good(ours, theirs, figure),
                })
            })
            .collect(),
    })
}

/// The table in Markdown, aligned so that it reads well as it is.
pub(super) fn figures(rows: &[Row]) -> String {
    let mut cells = vec![["figure", "measured", "ours is", "target", "met"].map(str::to_owned)];
    for row in rows {
        let met = match row.verdict {
            Verdict::Met => "yes",
            Verdict::Missed => "NO",
            Verdict::Open => "–",
        };
        let ours = Number(row.ours).to_string();
        cells.push([
            format!("**{}**", row.figure),
            ours,
            String::new(),
            row.target.clone(),
            met.to_owned(),
        ]);
        for beside in &row.beside {
            let ratio = beside.ratio.map(|ratio| format!("{} ×", Number(ratio)));
            cells.push([
                format!("· {}", beside.name),
                Number(beside.figure).to_string(),
                ratio.unwrap_or_default(),
                String::new(),
                String::new(),
            ]);
        }
    }
    aligned(&cells)
}

/// How costs grow, as a table of its own.
pub(super) fn growths(growths: &[Growth]) -> String {
    let heads = ["cost of", "sizes", "CPU seconds", "exponent", "finding"];
    let mut cells = vec![heads.map(str::to_owned)];
    for growth in growths {
        let list = |of: fn(&(f64, f64)) -> f64| {
            let told = growth
                .points
                .iter()
                .map(|point| Number(of(point)).to_string());
            told.collect::<Vec<_>>().join(" / ")
        };
        cells.push([
            growth.name.to_owned(),
            list(|point| point.0),
            list(|point| point.1),
            growth
                .exponent()
                .map_or_else(String::new, |exponent| format!("{exponent:.2}")),
            growth.finding().to_owned(),
        ]);
    }
    aligned(&cells)
}

fn aligned<const N: usize>(cells: &[[String; N]]) -> String {
    let width = |column: usize| {
        let lengths = cells.iter().filter_map(|row| row.get(column));
        lengths.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let mut text = String::new();
    for (place, row) in cells.iter().enumerate() {
        for (column, cell) in row.iter().enumerate() {
            let _ = write!(text, "| {cell:<width$} ", width = width(column));
        }
        text.push_str("|\n");
        if place == 0 {
            for column in 0..N {
                let _ = write!(text, "|{}", "-".repeat(width(column) + 2));
            }
            text.push_str("|\n");
        }
    }
    text
}

#[cfg(test)]
mod tests;
