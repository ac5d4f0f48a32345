//! Payloads in the shapes that Bitbucket sends.

use serde_json::json;

use super::*;
use crate::testing::{rocket_uuid, sha};

const REPO_PUSH: &str = "repo:push";

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
    assert_eq!(Event::parse("repo:renovated", b"{}"), Ok(None));
    assert!(!Event::is_handled("repo:fork"));
    assert!(Event::is_handled("repo:push"));
    assert!(Event::is_handled("repo:deleted"));
    assert!(EventKey::SUBSCRIBED.iter().all(|key| key.is_handled()));
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
    for (key, change) in [
        ("repo:updated", RepositoryChange::Updated),
        ("repo:transfer", RepositoryChange::Transferred),
        ("repo:created", RepositoryChange::Created),
        ("repo:deleted", RepositoryChange::Deleted),
        ("repo:imported", RepositoryChange::Imported),
    ] {
        let repository = now.clone();
        let event = Event::Repository { change, repository };
        assert_eq!(Event::parse(key, &body), Ok(Some(event)), "{key}");
    }
    let nothing = Event::parse("repo:updated", b"{}").unwrap_err();
    assert_eq!(nothing.event_key, "repo:updated");
}

/// What the payload of each event holds beside actor and repository.
fn payload() -> serde_json::Value {
    json!({
        "actor": {"display_name": "Ada", "uuid": "{33333333-3333-4333-8333-333333333333}", "type": "user"},
        "repository": {"uuid": rocket_uuid().as_str(), "full_name": "acme/rocket"},
        "push": {"changes": []},
        "fork": {"uuid": "{55555555-5555-4555-8555-555555555555}", "full_name": "ada/rocket"},
        "commit": {"hash": sha('7').as_str()},
        "commit_status": {"key": "build", "state": "SUCCESSFUL", "url": "https://ci", "commit": {"hash": sha('7').as_str()}},
        "comment": {"id": 5, "content": {"raw": "Fixes ROCKET-1A"}},
        "project": {"key": "ROC"},
        "issue": {"id": 9, "title": "Gauge", "state": "new"},
        "pullrequest": {
            "id": 12, "title": "Fixes ROCKET-1A", "description": "And more", "state": "MERGED", "draft": false,
            "updated_on": "2026-11-20T12:00:00+01:00",
            "source": {"branch": {"name": "fix"}, "commit": {"hash": "222222222222"}, "repository": null},
            "destination": {"branch": {"name": "main"}, "commit": {"hash": "111111111111"}},
            "merge_commit": {"hash": "444444444444"},
            "links": {"html": {"href": "https://bitbucket.org/acme/rocket/pull-requests/12"}}
        }
    })
}

fn read_as(key: EventKey) -> Event {
    let body = serde_json::to_vec(&payload()).unwrap();
    Event::parse(key.as_str(), &body).unwrap().unwrap()
}

#[test]
fn every_documented_event_is_read_and_one_without_its_subject_is_refused() {
    assert_eq!(EventKey::ALL.len(), 29);
    for &key in EventKey::ALL {
        assert_eq!(EventKey::parse(key.as_str()), Some(key));
        let family = |event: &Event| match event {
            Event::Push(_) | Event::Repository { .. } | Event::CommitCommented { .. } => "repo",
            Event::CommitStatus(_) => "repo",
            Event::PullRequest(_) => "pullrequest",
            Event::ProjectUpdated { .. } => "project",
            Event::PipelineSpan => "pipeline",
            Event::Issue(_) => "issue",
        };
        assert_eq!(
            Some(family(&read_as(key))),
            key.as_str().split(':').next(),
            "{key:?}"
        );
        let empty = Event::parse(key.as_str(), b"{}");
        assert_eq!(
            empty.is_ok(),
            key == EventKey::PipelineSpanCreated,
            "{key:?}"
        );
    }
}

#[test]
fn a_pull_request_comes_with_its_text_its_branches_and_its_merge() {
    let Event::PullRequest(event) = read_as(EventKey::PullRequestFulfilled) else {
        panic!("not a pull request")
    };
    assert_eq!(event.change, PullRequestChange::Merged);
    assert_eq!(event.actor.unwrap().display_name, "Ada");
    let it = event.pull_request;
    assert_eq!(
        (it.title.as_str(), it.description.as_str()),
        ("Fixes ROCKET-1A", "And more")
    );
    assert_eq!(it.destination.branch.as_deref(), Some("main"));
    assert_eq!(it.merge_commit.unwrap().as_str(), "444444444444");
    assert_eq!(it.updated_on.unwrap().to_string(), "2026-11-20T11:00:00Z");
}

#[test]
fn what_happened_to_a_pull_request_is_told_apart() {
    let change = |key| match read_as(key) {
        Event::PullRequest(event) => event.change,
        other => panic!("{other:?}"),
    };
    for (key, expected) in [
        (EventKey::PullRequestCreated, PullRequestChange::Created),
        (EventKey::PullRequestUpdated, PullRequestChange::Updated),
        (EventKey::PullRequestPush, PullRequestChange::Pushed),
        (EventKey::PullRequestApproved, PullRequestChange::Approved),
        (
            EventKey::PullRequestUnapproved,
            PullRequestChange::Unapproved,
        ),
        (
            EventKey::PullRequestChangesRequested,
            PullRequestChange::ChangesRequested,
        ),
        (
            EventKey::PullRequestChangesRequestRemoved,
            PullRequestChange::ChangesRequestRemoved,
        ),
        (EventKey::PullRequestRejected, PullRequestChange::Declined),
    ] {
        assert_eq!(change(key), expected, "{key:?}");
    }
    let PullRequestChange::Commented {
        change: resolved,
        comment,
    } = change(EventKey::PullRequestCommentResolved)
    else {
        panic!("not a comment")
    };
    assert_eq!(resolved, CommentChange::Resolved);
    assert_eq!(comment.unwrap().raw, "Fixes ROCKET-1A");
}

#[test]
fn other_events_say_what_they_are_about() {
    let Event::Repository { change, .. } = read_as(EventKey::RepoFork) else {
        panic!("not about a repository")
    };
    let fork = Some("ada/rocket".parse().unwrap());
    assert_eq!(change, RepositoryChange::Forked { fork });
    let Event::CommitStatus(status) = read_as(EventKey::RepoCommitStatusUpdated) else {
        panic!("not a status")
    };
    assert_eq!(
        (status.status.key.as_str(), status.commit),
        ("build", Some(sha('7')))
    );
    let Event::CommitCommented { commit, .. } = read_as(EventKey::RepoCommitCommentCreated) else {
        panic!("not a comment on a commit")
    };
    assert_eq!(commit, sha('7'));
    assert_eq!(
        read_as(EventKey::ProjectUpdated),
        Event::ProjectUpdated {
            key: Some("ROC".to_owned())
        }
    );
}
