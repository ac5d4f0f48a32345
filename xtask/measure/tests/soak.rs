//! A short soak: the service is killed under load, and nothing that it accepted is lost or done twice. `cargo xtask soak` runs a long one.

#![expect(clippy::unwrap_used, reason = "what fails here fails its test")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use bitbucket_test_postgres::Database;
use serde::Deserialize;

const MEASURE: &str = env!("CARGO_BIN_EXE_measure");

#[derive(Debug, Deserialize)]
struct Sample {
    values: BTreeMap<String, f64>,
}

/// Runs it; gives its figures, which it has checked.
fn soak(arguments: &str) -> BTreeMap<String, f64> {
    let service = Path::new(MEASURE).with_file_name("bitbucket-integration");
    assert!(
        service.is_file(),
        "{} is not there: `cargo build -p bitbucket-integration`, as the tests of the workspace do",
        service.display()
    );
    let ended = Command::new(MEASURE)
        .args(["soak", "--service"])
        .arg(&service)
        .args(arguments.split_whitespace())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{said}");
    let sample: Sample = serde_json::from_slice(&ended.stdout).unwrap();
    sample.values
}

fn found(values: &BTreeMap<String, f64>, names: [&str; 5]) -> [f64; 5] {
    names.map(|name| values[name])
}

const NAMES: [&str; 5] = [
    "accepted",
    "kills",
    "accepted_and_lost",
    "comments_made",
    "comments_made_twice",
];

#[test]
fn killed_three_times_sqlite_loses_and_repeats_nothing() {
    let values = soak("--deliveries 300 --kills 3");
    assert_eq!(found(&values, NAMES), [300.0, 3.0, 0.0, 15.0, 0.0]);
}

#[test]
fn two_replicas_on_postgres_that_are_killed_three_times_lose_and_repeat_nothing() {
    let database = Database::create_for_test().unwrap();
    let url = database.url();
    let values = soak(&format!(
        "--deliveries 300 --kills 3 --replicas 2 --postgres {url}"
    ));
    assert_eq!(found(&values, NAMES), [300.0, 3.0, 0.0, 15.0, 0.0]);
    assert!(values["connections_cut"] >= 1.0, "{values:?}");
}
