//! The report of the acceptance tests, and how a person sees it.

use std::time::Duration;

use anyhow::Context as _;
use serde::Deserialize;

use crate::step::human;

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Scenario {
    pub(super) scenario: String,
    pub(super) outcome: Outcome,
    /// How long it took.
    pub(super) millis: u64,
    /// What a person needs to understand a failure; may be empty.
    #[serde(default)]
    pub(super) detail: String,
}

/// How a scenario ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    Passed,
    Failed,
    /// Not run because it asks for what a process does not let anybody do.
    LeftOut,
}

/// Reads the report, sorted by name.
pub(super) fn parse(text: &str) -> anyhow::Result<Vec<Scenario>> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let mut scenarios = lines
        .map(|line| {
            serde_json::from_str(line).with_context(|| {
                format!("the acceptance tests reported an unreadable line: {line}")
            })
        })
        .collect::<anyhow::Result<Vec<Scenario>>>()?;
    scenarios.sort_by(|a, b| a.scenario.cmp(&b.scenario));
    Ok(scenarios)
}

/// A line per scenario in aligned columns.
pub(super) fn table(scenarios: &[Scenario]) -> String {
    let width = scenarios
        .iter()
        .map(|scenario| scenario.scenario.chars().count())
        .max()
        .unwrap_or(0)
        .max("scenario".len());
    let header = format!("{:<width$}  {:<8}  {:>10}\n", "scenario", "outcome", "time");
    scenarios
        .iter()
        .fold(header, |table, scenario| table + &row(scenario, width))
}

fn row(scenario: &Scenario, width: usize) -> String {
    let took = human(Duration::from_millis(scenario.millis));
    let (outcome, said) = match scenario.outcome {
        Outcome::Passed => ("passed", took.as_str()),
        Outcome::Failed => ("FAILED", took.as_str()),
        Outcome::LeftOut => ("left out", scenario.detail.as_str()),
    };
    format!("{:<width$}  {outcome:<8}  {said:>10}\n", scenario.scenario)
}

/// The part of the test runner's output that shows what failed; all of it when there is no such part.
pub(super) fn failures(output: &str) -> &str {
    output
        .find("\nfailures:\n")
        .map_or(output, |start| &output[start + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"
{"scenario":"the same delivery twice","outcome":"failed","millis":61200,"detail":"two comments"}
{"scenario":"push resolves","outcome":"passed","millis":412}
{"scenario":"a late answer","outcome":"left_out","millis":0,"detail":"it moves the clock"}
"#;

    #[test]
    fn the_table_is_sorted_and_aligned() {
        let expected = "\
scenario                 outcome         time
a late answer            left out  it moves the clock
push resolves            passed         0.4 s
the same delivery twice  FAILED    1 min 01 s
";
        assert_eq!(table(&parse(REPORT).unwrap()), expected);
    }

    #[test]
    fn an_unreadable_line_is_an_error_that_shows_it() {
        let error = parse("{\"scenario\":1}").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the acceptance tests reported an unreadable line: {\"scenario\":1}"
        );
    }

    #[test]
    fn the_failed_part_of_the_output_is_found() {
        assert_eq!(
            failures("running 1 test\n\nfailures:\n\n---- a stdout ----\nb\n"),
            "failures:\n\n---- a stdout ----\nb\n"
        );
        assert_eq!(failures("killed"), "killed");
    }
}
