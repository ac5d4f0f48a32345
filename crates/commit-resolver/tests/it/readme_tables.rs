//! The tables of the crate's documentation are what the grammar does.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test's helper fails the test"
)]

use bitbucket_commit_resolver::{Action, Grammar, Profile, Reference};

/// The rows of the table under a heading: message and expected references.
fn rows(heading: &str) -> Vec<(String, Vec<String>)> {
    let readme = include_str!("../../README.md");
    let section = readme
        .split("\n## ")
        .find(|section| section.starts_with(heading))
        .expect("the section exists");
    let rows: Vec<_> = section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(row)
        .collect();
    assert!(rows.len() >= 10, "{heading} has only {} rows", rows.len());
    rows
}

fn row(line: &str) -> (String, Vec<String>) {
    let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
    let [message, expected] = cells[..] else {
        panic!("not two cells: {line}")
    };
    let expected = match expected.trim() {
        "none" => Vec::new(),
        list => list.split(", ").map(str::to_owned).collect(),
    };
    (code(message.trim()), expected)
}

/// The text in a code span, as Markdown reads it.
fn code(cell: &str) -> String {
    let fence = cell.len() - cell.trim_start_matches('`').len();
    let inner = &cell[fence..cell.len() - fence];
    let inner = if fence > 1 && inner.ends_with(' ') {
        inner.trim_end()
    } else {
        inner
    };
    inner.replace('⏎', "\n")
}

fn found(grammar: &Grammar, message: &str) -> Vec<String> {
    let spell = |found: &Reference| match found.action() {
        Action::Resolve => found.short_id().to_string(),
        action => format!("{action} {}", found.short_id()),
    };
    grammar.references(message).iter().map(spell).collect()
}

#[track_caller]
fn agrees(heading: &str, grammar: &Grammar) {
    let rows = rows(heading);
    let wrong: Vec<_> = rows
        .iter()
        .filter(|(message, expected)| found(grammar, message) != *expected)
        .collect();
    let told: Vec<_> = wrong
        .iter()
        .map(|(message, expected)| (message, expected, found(grammar, message)))
        .collect();
    assert_eq!(told, [], "{heading}: message, expected, found");
}

#[test]
fn the_sentry_profile_does_what_its_table_says() {
    agrees("Profile `sentry`", &Grammar::sentry());
}

#[test]
fn the_strict_profile_does_what_its_table_says() {
    agrees("Profile `strict`", &Grammar::strict());
}

#[test]
fn the_smart_profile_does_what_its_table_says() {
    agrees("Profile `smart`", &Grammar::smart());
}

#[test]
fn the_profiles_that_come_with_the_crate_are_valid() {
    for profile in [Profile::sentry(), Profile::strict(), Profile::smart()] {
        assert_eq!(profile.grammar().map(|_| ()), Ok(()), "{}", profile.name);
    }
}
