//! Tokens, short ids, resolutions, notes and lists of the Sentry half.

use bitbucket_simulator::{Clock, acme};
use serde_json::{Value, json};

use crate::{
    peer::{Peer, simulator},
    tracker::{A, B, ORG, commit, issue, release},
};

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
