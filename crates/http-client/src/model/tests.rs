//! What Bitbucket really sends, and stays readable.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const SHA: &str = "1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b";

fn change(value: serde_json::Value) -> Option<FileChange> {
    serde_json::from_value::<WireFileChange>(value)
        .unwrap()
        .into_change()
}

#[test]
fn an_author_line_is_read_as_git_reads_it() {
    let cases: [(&str, Option<&str>, Option<&str>); 9] = [
        (
            "Ada Lovelace <ada@acme.example>",
            Some("Ada Lovelace"),
            Some("ada@acme.example"),
        ),
        (
            "  Ada   < ada@acme.example > ",
            Some("Ada"),
            Some("ada@acme.example"),
        ),
        ("<ada@acme.example>", None, Some("ada@acme.example")),
        ("Ada <>", Some("Ada"), None),
        ("Ada", Some("Ada"), None),
        ("Ada <ada@acme.example", Some("Ada <ada@acme.example"), None),
        (
            "Ada > <ada@acme.example>",
            Some("Ada >"),
            Some("ada@acme.example"),
        ),
        ("Ada <a@x> <b@y>", Some("Ada"), Some("a@x")),
        ("", None, None),
    ];
    for (raw, name, email) in cases {
        let author = CommitAuthor::from_raw(raw);
        assert_eq!(
            (author.name.as_deref(), author.email.as_deref()),
            (name, email),
            "{raw}"
        );
        assert_eq!(author.raw, raw);
    }
}

#[test]
fn a_commit_keeps_its_moment_whatever_the_offset() {
    let commit: Commit = serde_json::from_value(json!({
        "type": "commit", "hash": SHA, "message": "Fix it\n\nFixes ROCKET-1A",
        "date": "2026-11-22T10:00:00.5+02:00",
        "author": {"type": "author", "raw": "Ada <ada@acme.example>", "user": {"account_id": "557058:1"}},
        "parents": [{"type": "commit", "hash": SHA, "links": {}}],
        "links": {"html": [{"href": "x"}]}, "new_field": [1, 2],
    }))
    .unwrap();
    assert_eq!(commit.sha.as_str(), SHA);
    assert_eq!(commit.date, "2026-11-22T08:00:00.5Z".parse().unwrap());
    assert_eq!(commit.author.account_id.as_deref(), Some("557058:1"));
    assert_eq!(commit.parents.len(), 1);
}

#[test]
fn a_commit_without_user_message_or_parents_is_read() {
    let commit: Commit = serde_json::from_value(json!({
        "hash": SHA, "date": "2026-11-22T10:00:00+00:00", "author": {"raw": "ada", "user": null}, "message": null,
    }))
    .unwrap();
    assert_eq!(commit.author, CommitAuthor::from_raw("ada"));
    assert_eq!((commit.message.as_str(), commit.parents.len()), ("", 0));
}

#[test]
fn an_empty_repository_has_no_main_branch() {
    let repository: Repository = serde_json::from_value(json!({
        "uuid": "{0d1e2f3a-4b5c-6d7e-8f9a-0b1c2d3e4f5a}", "full_name": "acme/rocket", "mainbranch": null,
        "links": {"html": {"href": "https://bitbucket.org/acme/rocket"}, "clone": [{"href": "x", "name": "ssh"}]},
        "workspace": {"uuid": "not a uuid"},
    }))
    .unwrap();
    assert_eq!(repository.main_branch, None);
    assert_eq!(repository.name, "rocket");
    assert_eq!(
        repository.html_url.as_deref(),
        Some("https://bitbucket.org/acme/rocket")
    );
    assert_eq!(repository.workspace_uuid, None);
    assert!(repository.is_private);
}

#[test]
fn a_link_may_be_an_object_or_a_list() {
    let links = json!({"a": {"href": "1"}, "b": [{"href": "2"}, {"href": "3"}], "c": [], "d": "x"});
    let found = ["a", "b", "c", "d", "e"].map(|rel| href(Some(&links), rel));
    assert_eq!(
        found,
        [Some("1".to_owned()), Some("2".to_owned()), None, None, None]
    );
}

#[test]
fn a_changed_file_is_told_by_its_paths() {
    let old = json!({"path": "a"});
    let new = json!({"path": "b"});
    assert_eq!(
        change(json!({"status": "added", "old": null, "new": new})),
        Some(FileChange::new("b", ChangeKind::Added))
    );
    assert_eq!(
        change(json!({"status": "removed", "old": old})),
        Some(FileChange::new("a", ChangeKind::Removed))
    );
    assert_eq!(
        change(json!({"status": "modified", "old": old, "new": old})),
        Some(FileChange::new("a", ChangeKind::Modified))
    );
    assert_eq!(
        change(json!({"status": "renamed", "old": old, "new": new})),
        Some(FileChange::new(
            "b",
            ChangeKind::Renamed {
                from: "a".to_owned()
            }
        ))
    );
}

#[test]
fn an_unknown_status_still_names_a_change_and_an_empty_entry_none() {
    let same = json!({"path": "a"});
    let conflict = json!({"status": "merge conflict", "old": same, "new": same});
    assert_eq!(
        change(conflict),
        Some(FileChange::new("a", ChangeKind::Modified))
    );
    let copied = json!({"status": "copied", "old": same, "new": {"path": "b"}});
    assert_eq!(
        change(copied),
        Some(FileChange::new("b", ChangeKind::Added))
    );
    assert_eq!(change(json!({"status": "added"})), None);
}

proptest! {
    #[test]
    fn a_plain_author_line_comes_apart_into_what_it_was_made_of(
        name in "[a-zA-Z.' -]{0,20}", email in "[a-z0-9.@+-]{0,20}",
    ) {
        let author = CommitAuthor::from_raw(&format!("{name} <{email}>"));
        prop_assert_eq!(author.name.unwrap_or_default(), name.trim());
        prop_assert_eq!(author.email.unwrap_or_default(), email.trim());
    }

    #[test]
    fn any_author_line_is_read_without_panic(raw in "\\PC{0,80}") {
        let author = CommitAuthor::from_raw(&raw);
        prop_assert!(author.name.is_none_or(|name| !name.is_empty() && raw.contains(&name)));
        prop_assert!(author.email.is_none_or(|email| !email.is_empty() && !email.contains('>')));
    }
}

#[test]
fn a_status_without_a_state_is_still_a_status() {
    for state in [json!(null), json!(7), json!({}), json!("PARKED")] {
        let status: CommitStatus =
            serde_json::from_value(json!({"key": "ci", "state": state})).unwrap();
        assert_eq!(status.state, StatusState::Unknown);
    }
}
