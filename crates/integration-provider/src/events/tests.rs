//! Payloads in the shapes that Bitbucket sends.

use serde_json::json;

use super::*;
use crate::testing::{rocket_uuid, sha};

fn push(changes: &serde_json::Value) -> Vec<u8> {
    let body = json!({
        "actor": null,
        "repository": {
            "type": "repository", "uuid": rocket_uuid().as_str(), "full_name": "acme/rocket", "name": "rocket",
            "links": {"html": {"href": "https://bitbucket.org/acme/rocket"}, "self": {"href": "https://api.bitbucket.org/2.0/repositories/acme/rocket"}}
        },
        "push": {"changes": changes}
    });
    serde_json::to_vec(&body).unwrap()
}

fn branch(digit: char) -> serde_json::Value {
    json!({"type": "branch", "name": "main", "target": {"type": "commit", "hash": sha(digit).as_str()}})
}

fn commit(digit: char, message: &str) -> serde_json::Value {
    json!({
        "type": "commit", "hash": sha(digit).as_str(), "message": message, "date": "2026-11-20T12:00:00+01:00",
        "author": {"type": "author", "raw": "Max Muster <max@example.com>"}, "parents": [{"hash": sha('0').as_str()}]
    })
}

fn parsed(body: &[u8]) -> Push {
    let Some(Event::Push(push)) = Event::parse(REPO_PUSH, body).unwrap() else {
        panic!("not a push")
    };
    push
}

#[test]
fn a_push_says_which_refs_moved_and_what_came() {
    let push = parsed(&push(&json!([{
        "old": branch('1'), "new": branch('2'), "created": false, "closed": false, "forced": false, "truncated": false,
        "commits": [commit('2', "Fixes ROCKET-1A")]
    }])));
    assert_eq!(push.repository.uuid, rocket_uuid());
    assert_eq!(
        push.repository.full_name.unwrap().to_string(),
        "acme/rocket"
    );
    assert_eq!(
        push.repository.web_url.as_deref(),
        Some("https://bitbucket.org/acme/rocket")
    );
    let [change] = push.changes.as_slice() else {
        panic!("one change")
    };
    assert_eq!(
        (change.kind, change.name.as_str()),
        (RefKind::Branch, "main")
    );
    assert_eq!(
        (change.old.clone(), change.new.clone()),
        (Some(sha('1')), Some(sha('2')))
    );
    assert_eq!((change.forced, change.truncated), (false, false));
    assert_eq!(change.commits[0].message, "Fixes ROCKET-1A");
    assert_eq!(
        change.commits[0].author.email.as_deref(),
        Some("max@example.com")
    );
}

#[test]
fn a_deleted_branch_has_no_new_target_and_no_commits() {
    let push = parsed(&push(
        &json!([{"old": branch('1'), "new": null, "closed": true, "created": false, "forced": false, "truncated": false}]),
    ));
    assert_eq!(push.changes[0].new, None);
    assert_eq!(push.changes[0].commits, []);
    assert_eq!(push.changes[0].name, "main");
}

#[test]
fn a_created_tag_is_told_from_a_branch() {
    let tag = json!({"type": "tag", "name": "v1.4.0", "message": null, "date": null, "tagger": null, "target": {"hash": sha('3').as_str()}});
    let push = parsed(&push(
        &json!([{"old": null, "new": tag, "created": true, "links": {"commits": {"href": "x"}}}]),
    ));
    assert_eq!(
        (push.changes[0].kind, push.changes[0].name.as_str()),
        (RefKind::Tag, "v1.4.0")
    );
    assert_eq!(push.changes[0].old, None);
}

#[test]
fn a_push_may_hold_several_changes_or_none() {
    let several = json!([{"old": branch('1'), "new": branch('2')}, {"old": null, "new": branch('3')}, {"old": null, "new": null}]);
    assert_eq!(parsed(&push(&several)).changes.len(), 2);
    assert_eq!(parsed(&push(&json!([]))).changes, []);
}

#[test]
fn a_commit_that_is_unreadable_is_left_to_the_api() {
    let mut undated = commit('3', "Fixes ROCKET-1A");
    undated["date"] = json!(null);
    let change = json!([{"old": branch('1'), "new": branch('2'), "truncated": false, "commits": [commit('2', "x"), undated]}]);
    let change = parsed(&push(&change)).changes.remove(0);
    assert!(change.truncated);
    assert_eq!(change.commits.len(), 1);
}

#[test]
fn what_nobody_needs_may_be_null() {
    assert_eq!(parsed(&push(&json!(null))).changes, []);
    let mut unnamed = branch('2');
    unnamed["name"] = json!(null);
    unnamed["type"] = json!(null);
    let change =
        json!([{"old": null, "new": unnamed, "commits": null, "forced": null, "truncated": null}]);
    assert_eq!(parsed(&push(&change)).changes[0].name, "");
}

#[test]
fn a_name_that_cannot_be_read_leaves_the_repository_known_by_its_uuid() {
    let body = json!({
        "repository": {"uuid": rocket_uuid().as_str(), "full_name": "acme/röcket 2", "links": null},
        "push": {"changes": []}
    });
    let push = parsed(&serde_json::to_vec(&body).unwrap());
    assert_eq!(
        (push.repository.uuid, push.repository.full_name),
        (rocket_uuid(), None)
    );
}

#[test]
fn the_wrapper_of_connect_is_taken_off() {
    let bare = push(&json!([{"old": branch('1'), "new": branch('2')}]));
    let wrapped = format!(
        r#"{{"event":"repo:push","data":{}}}"#,
        String::from_utf8(bare.clone()).unwrap()
    );
    assert_eq!(
        Envelope::open(wrapped.as_bytes()).unwrap().event_key(),
        Some("repo:push")
    );
    assert_eq!(Envelope::open(&bare).unwrap().event_key(), None);
    assert_eq!(parsed(wrapped.as_bytes()), parsed(&bare));
}

#[test]
fn a_body_that_only_looks_wrapped_is_bare() {
    for body in [
        r#"{"event":{"a":1},"data":2}"#,
        r#"{"event":"repo:push","data":[]}"#,
        r#"{"event":"repo:push"}"#,
    ] {
        assert_eq!(
            Envelope::open(body.as_bytes()).unwrap().payload(),
            body.as_bytes(),
            "{body}"
        );
    }
}

#[test]
fn what_is_no_json_object_is_refused_with_its_position() {
    let cases: [(&[u8], &str, usize, usize); 5] = [
        (b"", "the body is not a JSON object", 1, 1),
        (b"[]", "the body is not a JSON object", 1, 1),
        (b"{\"a\":", "the JSON ends early", 1, 5),
        (b"{\"a\":1}}", "the JSON is malformed", 1, 8),
        (b"{\n  \"a\" 1}", "the JSON is malformed", 2, 7),
    ];
    for (body, problem, line, column) in cases {
        assert_eq!(
            Envelope::open(body).unwrap_err(),
            EnvelopeError {
                problem,
                line,
                column
            },
            "{}",
            String::from_utf8_lossy(body)
        );
    }
}

#[test]
fn a_push_without_a_repository_is_refused_without_repeating_its_content() {
    let error = Event::parse(
        REPO_PUSH,
        br#"{"repository":{"uuid":"not-a-uuid-but-private"}}"#,
    )
    .unwrap_err();
    assert_eq!(error.problem, "a field is missing or has another type");
    assert!(!error.to_string().contains("private"), "{error}");
}

#[test]
fn events_that_are_not_handled_are_told_apart() {
    assert_eq!(Event::parse("repo:fork", b"{}"), Ok(None));
    assert!(!Event::is_handled("repo:fork"));
    assert!(Event::is_handled("repo:push"));
}

#[test]
fn a_repository_that_is_renamed_or_moved_is_known_as_it_is_now() {
    let body = json!({
        "actor": null, "changes": {"full_name": {"old": "acme/rocket", "new": "acme/starship"}},
        "repository": {"uuid": rocket_uuid().as_str(), "full_name": "acme/starship"}
    });
    let body = serde_json::to_vec(&body).unwrap();
    let now = EventRepository {
        uuid: rocket_uuid(),
        full_name: Some("acme/starship".parse().unwrap()),
        web_url: None,
    };
    let parsed = |key| Event::parse(key, &body).unwrap();
    assert_eq!(parsed(REPO_UPDATED), Some(Event::Updated(now.clone())));
    assert_eq!(parsed(REPO_TRANSFER), Some(Event::Transferred(now)));
    let nothing = Event::parse(REPO_UPDATED, b"{}").unwrap_err();
    assert_eq!(nothing.event_key, REPO_UPDATED);
}
