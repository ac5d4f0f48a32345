//! One line of JSON a scenario, for `cargo xtask integration`.

use std::any::Any;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::time::Duration;

use serde_json::json;

/// Adds the outcome of a scenario to the file that `ACCEPTANCE_REPORT` names, if it names one.
pub fn write(scenario: &str, took: Duration, failure: Option<&Box<dyn Any + Send>>) {
    let outcome = if failure.is_some() {
        "failed"
    } else {
        "passed"
    };
    let detail = failure.map(reason).unwrap_or_default();
    append(scenario, outcome, took, &detail);
}

/// Adds that a scenario was not run, and why.
pub fn left_out(scenario: &str, why: &str) {
    append(scenario, "left_out", Duration::ZERO, why);
}

fn append(scenario: &str, outcome: &str, took: Duration, detail: &str) {
    let Some(path) = super::stack::variable("ACCEPTANCE_REPORT") else {
        return;
    };
    let line = json!({
        "scenario": scenario,
        "outcome": outcome,
        "millis": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "detail": detail,
    });
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .unwrap();
    writeln!(file, "{line}").unwrap();
}

fn reason(panic: &Box<dyn Any + Send>) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("it panicked").to_owned()
}
