//! Ranges, ancestry and trees of a history with a merge.

use super::*;
use crate::world::label::sha;
use crate::world::{
    FileChange,
    content::{Difference, between},
};

/// ```text
/// a ── b ── d ── m ── e
///  \\── c ───────/
/// ```
fn merged() -> Repository {
    let mut repository = Repository::new("acme", "x");
    let mut add = |label: &str, parents: &[&str], minute: u32, files: &[FileChange]| {
        repository.commits.push(Commit {
            sha: sha(label),
            message: label.to_owned(),
            author: String::new(),
            date: format!("2026-11-20T10:{minute:02}:00+00:00"),
            parents: parents.iter().map(|parent| sha(parent)).collect(),
            files: files.to_vec(),
        });
    };
    add(
        "a",
        &[],
        0,
        &[
            FileChange::added("kept"),
            FileChange::added("moved"),
            FileChange::added("dropped"),
        ],
    );
    add("b", &["a"], 1, &[FileChange::modified("kept")]);
    add("c", &["a"], 5, &[FileChange::added("side")]);
    add("d", &["b"], 2, &[FileChange::renamed("moved", "new")]);
    add("m", &["d", "c"], 6, &[FileChange::added("side")]);
    add("e", &["m"], 7, &[FileChange::removed("dropped")]);
    repository
}

fn labels(include: &[&str], exclude: &[&str]) -> Vec<String> {
    let repository = merged();
    let hashes =
        |labels: &[&str]| -> Vec<String> { labels.iter().map(|label| sha(label)).collect() };
    let commits = range(&repository, &hashes(include), &hashes(exclude));
    commits
        .into_iter()
        .map(|commit| commit.message.clone())
        .collect()
}

#[test]
fn a_range_is_ordered_by_date_but_never_a_parent_before_its_child() {
    assert_eq!(labels(&["e"], &[]), ["e", "m", "c", "d", "b", "a"]);
    assert_eq!(labels(&["d", "c"], &[]), ["c", "d", "b", "a"]);
}

#[test]
fn what_is_excluded_takes_all_its_ancestors_along() {
    assert_eq!(labels(&["e"], &["d"]), ["e", "m", "c"]);
    assert_eq!(labels(&["e"], &["c"]), ["e", "m", "d", "b"]);
    assert_eq!(labels(&["d"], &["e"]), Vec::<String>::new());
    assert_eq!(labels(&["e"], &["unknown"]).len(), 6);
}

#[test]
fn ancestry_is_seen_through_merges() {
    let repository = merged();
    assert!(contains(&repository, &sha("e"), &sha("c")));
    assert!(contains(&repository, &sha("c"), &sha("c")));
    assert!(!contains(&repository, &sha("d"), &sha("c")));
    assert!(!contains(&repository, &sha("e"), &sha("unknown")));
    assert_eq!(
        merge_base(&repository, &sha("d"), &sha("c")),
        Some(sha("a"))
    );
    assert_eq!(
        merge_base(&repository, &sha("e"), &sha("c")),
        Some(sha("c"))
    );
}

#[test]
fn revisions_are_branches_tags_and_hashes_of_seven_digits_at_least() {
    let mut repository = merged();
    repository.branches.insert("feature/x".to_owned(), sha("b"));
    assert_eq!(resolve(&repository, "feature/x"), Some(sha("b")));
    assert_eq!(resolve(&repository, "refs/heads/feature/x"), Some(sha("b")));
    assert_eq!(resolve(&repository, &sha("c")[..7]), Some(sha("c")));
    assert_eq!(resolve(&repository, &sha("c")[..6]), None);
}

#[test]
fn two_trees_differ_by_what_became_of_each_path() {
    let repository = merged();
    let changes = |old: &str, new: &str| -> Vec<FileChange> {
        let differences = between(&repository, &sha(old), &sha(new));
        differences.into_iter().map(|one| one.change).collect()
    };
    let expected = [
        FileChange::removed("dropped"),
        FileChange::modified("kept"),
        FileChange::renamed("moved", "new"),
        FileChange::added("side"),
    ];
    assert_eq!(changes("a", "e"), expected);
    assert_eq!(changes("e", "e"), []);
}

#[test]
fn a_rename_can_be_told_as_two_changes() {
    let repository = merged();
    let differences = between(&repository, &sha("a"), &sha("e")).into_iter();
    let parts: Vec<FileChange> = differences
        .flat_map(Difference::without_rename)
        .map(|one| one.change)
        .filter(|change| ["moved", "new"].contains(&change.path.as_str()))
        .collect();
    assert_eq!(
        parts,
        [FileChange::removed("moved"), FileChange::added("new")]
    );
}
