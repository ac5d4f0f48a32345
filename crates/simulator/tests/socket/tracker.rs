//! The Sentry half: short ids, releases with commits, resolutions, notes.

use bitbucket_simulator::{
    Clock, Simulator, acme,
    control::Seed,
    world::{Issue, Project},
};
use serde_json::{Value, json};

use crate::peer::{Peer, simulator};

const ORG: &str = "/api/0/organizations/acme";
const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

fn commit(id: &str, message: &str, timestamp: &str) -> Value {
    json!({"id": id, "repository": "acme/rocket", "message": message, "author_name": "Ada",
        "author_email": "Ada@Acme.example", "timestamp": timestamp,
        "patch_set": [{"path": "src/engine.rs", "type": "M"}]})
}

fn release(version: &str, commits: &[Value]) -> Value {
    json!({"version": version, "projects": ["rocket"], "commits": commits})
}

async fn issue(simulator: &Simulator, short_id: &str) -> Issue {
    simulator.control().issue(short_id).await.expect("an issue")
}

#[tokio::test]
async fn the_root_shows_the_tokens_scopes() {
    let simulator = simulator().await;
    let root = Peer::sentry(&simulator).get("/api/0/").await.json();
    assert_eq!(
        (&root["version"], &root["auth"]["scopes"][0]),
        (&json!("0"), &json!("org:read"))
    );
    let anonymous = Peer::new(simulator.sentry_url(), None)
        .get("/api/0/")
        .await
        .json();
    assert_eq!(anonymous["auth"], json!(null));
}

#[tokio::test]
async fn a_short_id_is_found_however_it_is_spelled() {
    let simulator = simulator().await;
    let peer = Peer::sentry(&simulator);
    for spelling in ["ROCKET-1A", "rocket-1a", "Rocket-IA"] {
        let found = peer
            .get(&format!("{ORG}/shortids/{spelling}/"))
            .await
            .json();
        assert_eq!(
            (&found["shortId"], &found["groupId"]),
            (&json!("ROCKET-1A"), &json!("1001"))
        );
        assert_eq!(found["group"]["status"], "unresolved");
    }
    assert_eq!(
        peer.get(&format!("{ORG}/shortids/ROCKET-99/")).await.status,
        404
    );
}

#[tokio::test]
async fn tokens_scopes_and_organizations_are_checked() {
    let simulator = simulator().await;
    let probe = format!("{ORG}/shortids/ROCKET-1A/");
    assert_eq!(
        Peer::new(simulator.sentry_url(), None)
            .get(&probe)
            .await
            .status,
        401
    );
    let liar = Peer::new(simulator.sentry_url(), Some("Bearer wrong".to_owned()));
    assert_eq!(liar.get(&probe).await.status, 401);
    simulator.change_world(|world| world.sentry.tokens[0].scopes = vec!["org:ci".to_owned()]);
    let ci = Peer::sentry(&simulator);
    assert_eq!(ci.get(&probe).await.status, 403);
    assert_eq!(
        ci.post(&format!("{ORG}/releases/"), release("rocket@1", &[]))
            .await
            .status,
        201
    );
    assert_eq!(
        ci.get("/api/0/organizations/other/repos/").await.status,
        404
    );
}

#[tokio::test]
async fn a_path_without_its_slash_loses_a_body() {
    let simulator = simulator().await;
    let peer = Peer::sentry(&simulator);
    assert_eq!(
        peer.post(&format!("{ORG}/releases"), release("rocket@1", &[]))
            .await
            .status,
        404
    );
    let redirected = peer.get(&format!("{ORG}/releases")).await;
    assert_eq!(
        (redirected.status, redirected.header("location")),
        (
            301,
            format!("{}{ORG}/releases/", simulator.sentry_url()).as_str()
        )
    );
}

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
async fn a_resolution_must_point_to_what_exists() {
    let simulator = simulator().await;
    let peer = Peer::sentry(&simulator);
    let address = format!("{ORG}/issues/1001/");
    let resolve = |details: Value| json!({"status": "resolved", "statusDetails": details});
    let next = peer
        .put(&address, resolve(json!({"inNextRelease": true})))
        .await;
    assert_eq!(
        (
            next.status,
            next.json()["statusDetails"]["inNextRelease"].is_array()
        ),
        (400, true)
    );
    let body = release("rocket@1", &[commit(A, "One", "2026-11-20T10:00:00Z")]);
    peer.post(&format!("{ORG}/releases/"), body).await;
    for details in [
        json!({"inRelease": "rocket@2"}),
        json!({"inCommit": {"commit": A, "repository": "Acme/Rocket"}}),
        json!({"inCommit": {"commit": B, "repository": "acme/rocket"}}),
    ] {
        assert_eq!(peer.put(&address, resolve(details)).await.status, 400);
    }
    assert_eq!(issue(&simulator, "ROCKET-1A").await.status, "unresolved");
    let in_commit = json!({"inCommit": {"commit": A, "repository": "acme/rocket"}});
    let resolved = peer.put(&address, resolve(in_commit)).await.json();
    assert_eq!(
        (&resolved["status"], &resolved["statusDetails"]),
        (&json!("resolved"), &json!({"inRelease": "rocket@1"}))
    );
    let reopened = peer
        .put(&address, json!({"status": "unresolved"}))
        .await
        .json();
    assert_eq!(
        (&reopened["status"], &reopened["statusDetails"]),
        (&json!("unresolved"), &json!({}))
    );
    assert_eq!(
        peer.put(&address, json!({"status": "done"})).await.status,
        400
    );
}

#[tokio::test]
async fn a_bulk_change_without_ids_is_refused() {
    let simulator = simulator().await;
    let peer = Peer::sentry(&simulator);
    let resolved = json!({"status": "resolved"});
    assert_eq!(
        peer.put(&format!("{ORG}/issues/"), resolved.clone())
            .await
            .status,
        400
    );
    assert_eq!(
        peer.put(&format!("{ORG}/issues/?id=9"), resolved.clone())
            .await
            .status,
        204
    );
    assert_eq!(
        peer.put(&format!("{ORG}/issues/?id=1001&id=1002"), resolved)
            .await
            .status,
        200
    );
    assert_eq!(issue(&simulator, "ROCKET-2B").await.status, "resolved");
    assert_eq!(issue(&simulator, "ROCKET-3C").await.status, "unresolved");
}

#[tokio::test]
async fn the_same_note_is_refused_for_an_hour() {
    let simulator = simulator().await;
    let control = simulator.control();
    control
        .set_clock(Clock::Stopped(
            "2026-11-22T10:00:00Z".parse().expect("a time"),
        ))
        .await
        .expect("set");
    let peer = Peer::sentry(&simulator);
    let address = format!("{ORG}/issues/1001/notes/");
    let note = json!({"text": "Fixed by aaaaaaa"});
    assert_eq!(peer.post(&address, note.clone()).await.status, 201);
    assert_eq!(peer.post(&address, note.clone()).await.status, 400);
    assert_eq!(peer.post(&address, json!({"text": " "})).await.status, 400);
    control.advance(3600).await.expect("advanced");
    assert_eq!(peer.post(&address, note).await.status, 201);
    let texts: Vec<_> = issue(&simulator, "ROCKET-1A")
        .await
        .notes
        .into_iter()
        .map(|note| note.author)
        .collect();
    assert_eq!(texts, ["acme integration", "acme integration"]);
    assert_eq!(
        peer.get(&address).await.json().as_array().map(Vec::len),
        Some(2)
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
async fn lists_go_on_by_link_header() {
    let simulator = simulator().await;
    let peer = Peer::sentry(&simulator);
    let first = peer.get(&format!("{ORG}/issues/?per_page=2")).await;
    assert_eq!(first.json().as_array().map(Vec::len), Some(2));
    assert!(
        first
            .header("link")
            .contains("rel=\"next\"; results=\"true\"; cursor=\"0:1:0\"")
    );
    let second = peer
        .get(&format!("{ORG}/issues/?per_page=2&cursor=0%3A1%3A0"))
        .await;
    assert_eq!(second.json()[0]["shortId"], acme::ISSUES[2]);
    assert!(
        second
            .header("link")
            .contains("rel=\"next\"; results=\"false\"")
    );
}
