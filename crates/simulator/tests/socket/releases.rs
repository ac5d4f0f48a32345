//! Releases of the Sentry half: commits, limits, what they resolve, deploys.

use bitbucket_simulator::{
    control::Seed,
    world::{Issue, Project},
};
use serde_json::{Value, json};

use crate::{
    peer::{Peer, simulator},
    tracker::{A, B, ORG, commit, issue, release},
};

#[tokio::test]
async fn a_release_resolves_what_its_messages_name_and_says_208_when_repeated() {
    let simulator = simulator().await;
    let peer = Peer::sentry(&simulator);
    let body = release(
        "rocket@1.4.0",
        &[
            commit(A, "Fixes ROCKET-1A", "2026-11-20T10:00:00Z"),
            commit(B, "Mentions ROCKET-2B", "2026-11-20T11:00:00+01:00"),
        ],
    );
    let posted = peer.post(&format!("{ORG}/releases/"), body.clone()).await;
    assert_eq!(
        (posted.status, &posted.json()["commitCount"]),
        (201, &json!(2))
    );
    assert_eq!(posted.json()["shortVersion"], "1.4.0");
    let resolved = issue(&simulator, "ROCKET-1A").await;
    assert_eq!(
        (resolved.status.as_str(), resolved.resolved_in_release()),
        ("resolved", Some("rocket@1.4.0"))
    );
    assert_eq!(issue(&simulator, "ROCKET-2B").await.status, "unresolved");
    assert_eq!(
        peer.post(&format!("{ORG}/releases/"), body).await.status,
        208
    );
    assert_eq!(issue(&simulator, "ROCKET-1A").await.times_resolved, 1);
    let commits = peer
        .get(&format!("{ORG}/releases/rocket%401.4.0/commits/"))
        .await
        .json();
    assert_eq!(
        (&commits[0]["id"], &commits[0]["author"]["email"]),
        (&json!(A), &json!("ada@acme.example"))
    );
    let files = peer
        .get(&format!("{ORG}/releases/rocket@1.4.0/commitfiles/"))
        .await
        .json();
    assert_eq!(
        (&files[0]["filename"], &files[0]["type"]),
        (&json!("src/engine.rs"), &json!("M"))
    );
    let repositories = peer.get(&format!("{ORG}/repos/")).await.json();
    assert_eq!(
        (
            &repositories[0]["name"],
            repositories.as_array().map(Vec::len)
        ),
        (&json!("acme/rocket"), Some(1))
    );
}

#[tokio::test]
async fn other_trackers_resolve_nothing_by_themselves() {
    let simulator = simulator().await;
    simulator
        .control()
        .seed([Seed::ResolvesFromMessages(false)])
        .await
        .expect("seeded");
    let body = release(
        "rocket@1",
        &[commit(A, "Fixes ROCKET-1A", "2026-11-20T10:00:00Z")],
    );
    Peer::sentry(&simulator)
        .post(&format!("{ORG}/releases/"), body)
        .await;
    let issue = issue(&simulator, "ROCKET-1A").await;
    assert_eq!(
        (issue.status.as_str(), issue.commits),
        ("unresolved", vec![A.to_owned()])
    );
}

#[tokio::test]
async fn commits_replace_the_whole_list_and_skipped_ones_are_dropped() {
    let simulator = simulator().await;
    let peer = Peer::sentry(&simulator);
    let first = release("rocket@1", &[commit(A, "One", "2026-11-20T10:00:00Z")]);
    peer.post(&format!("{ORG}/releases/"), first).await;
    let body = json!({"commits": [commit(B, "Two", "2026-11-20T11:00:00Z"),
        commit(&"c".repeat(40), "Three #skipsentry", "2026-11-20T12:00:00Z")], "dateReleased": "2026-11-21T00:00:00Z"});
    let put = peer.put(&format!("{ORG}/releases/rocket@1/"), body).await;
    assert_eq!(
        (put.status, &put.json()["lastCommit"]["id"]),
        (200, &json!(B))
    );
    let stored = simulator
        .control()
        .release("rocket@1")
        .await
        .expect("asked")
        .expect("there");
    assert_eq!(stored.shas(), [B]);
    assert_eq!(stored.released_at.as_deref(), Some("2026-11-21T00:00:00Z"));
    assert_eq!(
        peer.put(&format!("{ORG}/releases/unknown/"), json!({}))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn only_issues_of_the_releases_projects_are_resolved() {
    let simulator = simulator().await;
    let project = Project {
        id: 12,
        slug: "web".to_owned(),
        name: "Web".to_owned(),
    };
    let organization = || "acme".to_owned();
    let seeds = [
        Seed::Project {
            organization: organization(),
            project,
        },
        Seed::Issue {
            organization: organization(),
            issue: Issue::unresolved(2001, "WEB-1", "web", "Boom"),
        },
    ];
    simulator.control().seed(seeds).await.expect("seeded");
    let body = release(
        "rocket@1",
        &[commit(
            A,
            "Fixes WEB-1 and ROCKET-1A",
            "2026-11-20T10:00:00Z",
        )],
    );
    Peer::sentry(&simulator)
        .post(&format!("{ORG}/releases/"), body)
        .await;
    assert_eq!(issue(&simulator, "WEB-1").await.status, "unresolved");
    assert_eq!(issue(&simulator, "ROCKET-1A").await.status, "resolved");
}

#[tokio::test]
async fn what_breaks_a_releases_limits_is_named_field_by_field() {
    let simulator = simulator().await;
    let peer = Peer::sentry(&simulator);
    let bad = |change: fn(&mut Value)| {
        let mut entry = commit(A, "One", "2026-11-20T10:00:00Z");
        change(&mut entry);
        release(
            "rocket@1",
            &[commit(B, "Good", "2026-11-20T10:00:00Z"), entry],
        )
    };
    let cases = [
        (
            json!({"version": "a/b", "projects": ["rocket"]}),
            "/version/0",
        ),
        (
            json!({"version": "latest", "projects": ["rocket"]}),
            "/version/0",
        ),
        (json!({"projects": ["rocket"]}), "/version/0"),
        (
            json!({"version": "1", "projects": ["nothing"]}),
            "/projects/0",
        ),
        (
            json!({"version": "1", "projects": ["rocket"], "refs": [{"commit": A, "repository": "acme/rocket"}]}),
            "/refs/0",
        ),
        (
            bad(|entry| entry["id"] = json!("x".repeat(65))),
            "/commits/1/id/0",
        ),
        (
            bad(|entry| entry["repository"] = json!("x".repeat(65))),
            "/commits/1/repository/0",
        ),
        (
            bad(|entry| entry["timestamp"] = json!("yesterday")),
            "/commits/1/timestamp/0",
        ),
        (
            bad(|entry| entry["patch_set"][0]["path"] = json!("x".repeat(511))),
            "/commits/1/patch_set/0/path/0",
        ),
        (
            bad(|entry| entry["patch_set"][0]["type"] = json!("R")),
            "/commits/1/patch_set/0/type/0",
        ),
    ];
    for (body, pointer) in cases {
        let refused = peer.post(&format!("{ORG}/releases/"), body).await;
        assert_eq!(refused.status, 400, "{pointer}");
        assert!(
            refused
                .json()
                .pointer(pointer)
                .is_some_and(Value::is_string),
            "{pointer}: {}",
            refused.json()
        );
    }
    assert_eq!(simulator.control().release("rocket@1").await, Ok(None));
}

#[tokio::test]
async fn a_server_that_stumbles_over_missing_timestamps_and_null_messages() {
    let simulator = simulator().await;
    let peer = Peer::sentry(&simulator);
    let mut untimed = commit(A, "One", "");
    untimed
        .as_object_mut()
        .expect("an object")
        .remove("timestamp");
    let mixed = release(
        "rocket@1",
        &[untimed.clone(), commit(B, "Two", "2026-11-20T10:00:00Z")],
    );
    assert_eq!(
        peer.post(&format!("{ORG}/releases/"), mixed).await.status,
        500
    );
    let mut silent = commit(A, "One", "2026-11-20T10:00:00Z");
    silent["message"] = json!(null);
    assert_eq!(
        peer.post(&format!("{ORG}/releases/"), release("rocket@2", &[silent]))
            .await
            .status,
        500
    );
    assert_eq!(
        peer.post(&format!("{ORG}/releases/"), release("rocket@3", &[untimed]))
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn deploys_and_the_previous_release_are_kept() {
    let simulator = simulator().await;
    let peer = Peer::sentry(&simulator);
    for (version, id) in [("rocket@1", A), ("rocket@2", B)] {
        let body = release(version, &[commit(id, "One", "2026-11-20T10:00:00Z")]);
        peer.post(&format!("{ORG}/releases/"), body).await;
    }
    let deployed = peer
        .post(
            &format!("{ORG}/releases/rocket@2/deploys/"),
            json!({"environment": "production"}),
        )
        .await;
    assert_eq!(
        (deployed.status, &deployed.json()["environment"]),
        (201, &json!("production"))
    );
    let missing = peer
        .post(&format!("{ORG}/releases/rocket@2/deploys/"), json!({}))
        .await;
    assert_eq!(missing.status, 400);
    let previous = peer
        .get(&format!("{ORG}/releases/rocket@2/previous-with-commits/"))
        .await
        .json();
    assert_eq!(
        (&previous["version"], &previous["lastCommit"]["id"]),
        (&json!("rocket@1"), &json!(A))
    );
    assert_eq!(
        peer.get(&format!("{ORG}/releases/rocket@1/previous-with-commits/"))
            .await
            .json(),
        json!({})
    );
}

#[tokio::test]
async fn a_changed_message_unties_its_issue_and_opens_it_again() {
    let simulator = simulator().await;
    let peer = Peer::sentry(&simulator);
    for (message, status) in [
        ("Fixes ROCKET-1A", "resolved"),
        ("Fixes nothing", "unresolved"),
    ] {
        let body = release("rocket@1", &[commit(A, message, "2026-11-20T10:00:00Z")]);
        peer.post(&format!("{ORG}/releases/"), body).await;
        assert_eq!(issue(&simulator, "ROCKET-1A").await.status, status);
    }
    assert_eq!(
        issue(&simulator, "ROCKET-1A").await.commits,
        Vec::<String>::new()
    );
}
