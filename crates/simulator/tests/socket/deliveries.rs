//! Pushes and their deliveries: payload shapes, signatures, retries, tampering, Connect.

use bitbucket_simulator::{
    Delivery, Simulator, acme,
    control::{Actor, NewCommit, Push},
    sha,
};
use serde_json::{Value, json};

use crate::peer::{Peer, Receiver, simulator};

const SECRET: &str = "It's a Secret to Everybody";

async fn hooked(statuses: &[u16]) -> (Simulator, Receiver) {
    let (simulator, receiver) = (simulator().await, Receiver::start(statuses).await);
    let body =
        json!({"url": format!("{}/hook", receiver.url), "events": ["repo:push"], "secret": SECRET});
    let created = Peer::bitbucket(&simulator)
        .post("/2.0/repositories/acme/rocket/hooks", body)
        .await;
    assert_eq!(created.status, 201);
    (simulator, receiver)
}

async fn payload(push: Push) -> Value {
    let simulator = simulator().await;
    simulator
        .control()
        .push_held(&push)
        .await
        .expect("pushed")
        .payload
}

pub(crate) fn hmac(secret: &str, body: &[u8]) -> String {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.as_bytes());
    hex::encode(aws_lc_rs::hmac::sign(&key, body))
}

#[tokio::test]
async fn a_push_is_delivered_signed_and_numbered() {
    let (simulator, receiver) = hooked(&[]).await;
    let push = Push::to(acme::REPOSITORY).commit("main", "a1", "Fixes ROCKET-1A");
    let pushed = simulator.control().push(&push).await.expect("pushed");
    assert_eq!(pushed.delivery().and_then(Delivery::status), Some(200));
    let arrived = receiver.arrived().await;
    assert_eq!(arrived.len(), 1);
    let one = &arrived[0];
    assert_eq!(one.path, "/hook");
    assert_eq!(one.header("x-event-key"), "repo:push");
    assert_eq!(one.header("x-attempt-number"), "1");
    assert_eq!(one.header("content-type"), "application/json");
    assert_eq!(one.header("user-agent"), "Bitbucket-Webhooks/2.0");
    assert_eq!(
        one.header("x-hub-signature"),
        format!("sha256={}", hmac(SECRET, &one.body))
    );
    assert_eq!(
        format!("{{{}}}", one.header("x-hook-uuid")),
        pushed.deliveries[0].hook_uuid
    );
    assert_eq!(one.header("x-request-uuid").len(), 36);
    let body: Value = serde_json::from_slice(&one.body).expect("JSON");
    assert_eq!(body["push"]["changes"][0]["commits"][0]["hash"], sha("a1"));
    assert_eq!(body["repository"]["uuid"], acme::REPOSITORY_UUID);
}

#[tokio::test]
async fn a_failing_receiver_is_asked_three_times_in_all() {
    let (simulator, receiver) = hooked(&[500, 503, 500, 200]).await;
    let push = Push::to(acme::REPOSITORY).commit("main", "a1", "One");
    let pushed = simulator.control().push(&push).await.expect("pushed");
    let statuses: Vec<_> = pushed.deliveries[0]
        .attempts
        .iter()
        .map(|one| (one.number, one.status))
        .collect();
    assert_eq!(statuses, [(1, Some(500)), (2, Some(503)), (3, Some(500))]);
    let arrived = receiver.arrived().await;
    let uuids: Vec<_> = arrived
        .iter()
        .map(|one| one.header("x-request-uuid"))
        .collect();
    assert_eq!(uuids, [uuids[0]; 3]);
    let again = simulator
        .control()
        .redeliver(pushed.deliveries[0].id)
        .await
        .expect("sent");
    assert_eq!((again.attempts.len(), again.status()), (4, Some(200)));
}

#[tokio::test]
async fn a_refusal_is_not_repeated() {
    let (simulator, receiver) = hooked(&[404]).await;
    let push = Push::to(acme::REPOSITORY).commit("main", "a1", "One");
    let pushed = simulator.control().push(&push).await.expect("pushed");
    assert!(!pushed.deliveries[0].is_accepted());
    assert_eq!(receiver.arrived().await.len(), 1);
}

#[tokio::test]
async fn a_held_delivery_can_be_tampered_with_and_replayed() {
    let (simulator, receiver) = hooked(&[]).await;
    let control = simulator.control();
    let push = Push::to(acme::REPOSITORY).commit("main", "a1", "One");
    let held = control
        .push_held(&push)
        .await
        .expect("pushed")
        .deliveries
        .remove(0);
    assert_eq!(receiver.arrived().await.len(), 0);
    let tampered = held.clone().with_body("{}");
    assert_eq!(
        control.deliver(&tampered).await.expect("sent").status(),
        Some(200)
    );
    let unsigned = held.clone().without_header("X-Hub-Signature");
    control.deliver(&unsigned).await.expect("sent");
    control.redeliver(held.id).await.expect("sent");
    control.replay(held.id).await.expect("sent");
    let arrived = receiver.arrived().await;
    assert_eq!(arrived[0].body, "{}");
    assert_ne!(
        arrived[0].header("x-hub-signature"),
        format!("sha256={}", hmac(SECRET, b"{}"))
    );
    assert!(!arrived[1].headers.contains_key("x-hub-signature"));
    assert_eq!(
        arrived[2].header("x-request-uuid"),
        arrived[1].header("x-request-uuid")
    );
    assert_ne!(
        arrived[3].header("x-request-uuid"),
        arrived[2].header("x-request-uuid")
    );
}

#[tokio::test]
async fn five_commits_are_shown_and_more_are_cut() {
    let commits =
        |count: usize| (1..=count).map(|number| NewCommit::new(format!("n{number}"), "More"));
    let five = payload(Push::to(acme::REPOSITORY).commits("main", commits(5))).await;
    let change = &five["push"]["changes"][0];
    assert_eq!(
        (
            &change["truncated"],
            change["commits"].as_array().map(Vec::len)
        ),
        (&json!(false), Some(5))
    );
    let six = payload(Push::to(acme::REPOSITORY).commits("main", commits(6))).await;
    let change = &six["push"]["changes"][0];
    let hashes: Vec<_> = change["commits"]
        .as_array()
        .expect("commits")
        .iter()
        .map(|one| one["hash"].clone())
        .collect();
    assert_eq!(change["truncated"], true);
    assert_eq!(
        hashes,
        ["n6", "n5", "n4", "n3", "n2"].map(|label| json!(sha(label)))
    );
    assert_eq!(
        (
            &change["old"]["target"]["hash"],
            &change["new"]["target"]["hash"]
        ),
        (&json!(sha("r3")), &json!(sha("n6")))
    );
}

#[tokio::test]
async fn a_new_branch_has_no_old_side_and_repeats_known_commits() {
    let payload = payload(
        Push::to(acme::REPOSITORY)
            .commit("feature/x", "f1", "Try")
            .by(Actor::Nobody),
    )
    .await;
    let change = &payload["push"]["changes"][0];
    assert_eq!(
        (&change["old"], &change["created"], &change["closed"]),
        (&json!(null), &json!(true), &json!(false))
    );
    assert_eq!(change["new"]["name"], "feature/x");
    assert_eq!(change["commits"].as_array().map(Vec::len), Some(4));
    assert!(change["links"].get("diff").is_none());
    assert_eq!(payload["actor"], json!(null));
}

#[tokio::test]
async fn a_deleted_branch_has_neither_commits_nor_links() {
    let simulator = simulator().await;
    let control = simulator.control();
    control
        .push_held(&Push::to(acme::REPOSITORY).commit("gone", "g1", "Try"))
        .await
        .expect("pushed");
    let push = Push::to(acme::REPOSITORY).delete_branch("gone");
    let payload = control.push_held(&push).await.expect("pushed").payload;
    let change = payload["push"]["changes"][0].as_object().expect("a change");
    assert_eq!(
        (&change["new"], &change["closed"]),
        (&json!(null), &json!(true))
    );
    assert_eq!((change.get("commits"), change.get("links")), (None, None));
    assert_eq!(
        control
            .repository(acme::REPOSITORY)
            .await
            .expect("there")
            .branches
            .len(),
        1
    );
}

#[tokio::test]
async fn a_forced_push_keeps_both_sides() {
    let push = Push::to(acme::REPOSITORY).reset("main", "r1", [NewCommit::new("z1", "Again")]);
    let payload = payload(push).await;
    let change = &payload["push"]["changes"][0];
    assert_eq!(
        (&change["forced"], &change["old"]["target"]["hash"]),
        (&json!(true), &json!(sha("r3")))
    );
    assert_eq!(change["commits"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn tags_and_branches_may_come_in_one_push() {
    let push = Push::to(acme::REPOSITORY)
        .commits("main", [NewCommit::new("a1", "One").author(acme::STRANGER)])
        .tag("v1.4.0", "a1");
    let payload = payload(push).await;
    let changes = payload["push"]["changes"].as_array().expect("changes");
    assert!(changes[0]["commits"][0]["author"].get("user").is_none());
    let tag = changes[1].as_object().expect("a change");
    assert_eq!(
        (
            &tag["new"]["type"],
            &tag["new"]["message"],
            &tag["new"]["tagger"]
        ),
        (&json!("tag"), &json!(null), &json!(null))
    );
    assert_eq!(tag.get("commits"), None);
    assert_eq!(
        tag["links"]
            .as_object()
            .expect("links")
            .keys()
            .collect::<Vec<_>>(),
        ["commits"]
    );
    assert_eq!(tag["new"]["target"]["hash"], sha("a1"));
}

#[tokio::test]
async fn a_push_that_cannot_be_leaves_no_trace() {
    let simulator = simulator().await;
    let before = simulator.world();
    let push = Push::to(acme::REPOSITORY)
        .commit("main", "a1", "One")
        .delete_branch("nowhere");
    let error = simulator.control().push(&push).await.expect_err("refused");
    assert_eq!(error.code(), "refused");
    assert_eq!(simulator.world(), before);
}

#[tokio::test]
async fn a_payload_beyond_256_kib_is_never_sent() {
    let (simulator, receiver) = hooked(&[]).await;
    let push = Push::to(acme::REPOSITORY).commit("main", "a1", &"x".repeat(256 * 1024));
    let pushed = simulator.control().push(&push).await.expect("pushed");
    let attempt = &pushed.deliveries[0].attempts[0];
    assert_eq!(
        (attempt.status, attempt.error.as_deref()),
        (None, Some("larger than 256 KiB, never sent"))
    );
    assert_eq!(receiver.arrived().await.len(), 0);
}

#[tokio::test]
async fn a_workspaces_hook_hears_of_each_of_its_repositories() {
    let (simulator, receiver) = (simulator().await, Receiver::start(&[]).await);
    let body = json!({"url": receiver.url, "events": ["repo:push"]});
    let peer = Peer::bitbucket(&simulator);
    let created = peer.post("/2.0/workspaces/acme/hooks", body).await;
    assert_eq!(
        (created.status, &created.json()["subject_type"]),
        (201, &json!("workspace"))
    );
    let control = simulator.control();
    for repository in [acme::REPOSITORY, acme::EMPTY_REPOSITORY] {
        control
            .push(&Push::to(repository).commit("main", "a1", "One"))
            .await
            .expect("pushed");
    }
    let arrived = receiver.arrived().await;
    assert_eq!(arrived.len(), 2);
    assert!(
        arrived
            .iter()
            .all(|one| !one.headers.contains_key("x-hub-signature"))
    );
    assert_eq!(peer.delete(created.header("location")).await.status, 204);
    assert_eq!(simulator.world().bitbucket.hooks_of_workspace("acme"), []);
}
