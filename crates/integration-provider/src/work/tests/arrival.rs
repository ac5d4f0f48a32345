//! Pushes that are done the moment they arrive, and those that are left to a job.

use bitbucket_jwt_auth::{SharedSecret, webhook};
use bytes::Bytes;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::push::{body, branch, comment, wire_commit};
use crate::deliveries::{DeliveryHeaders, RawDelivery, Received, Road};
use crate::ports::{Acceptance, Delivery, DeliverySource, Hook, TrackedRepository, Work};
use crate::releases::{TagRule, VersionTemplate};
use crate::testing::{World, installation, now, rocket, sha};

const SECRET: &str = "a-hook-secret";

fn pushed(body: Bytes) -> Delivery {
    Delivery {
        id: "0190a5c2-0000-7000-8000-000000000009".parse().unwrap(),
        installation: installation().id,
        repository: Some(rocket().id),
        source: DeliverySource::Hook,
        event_key: "repo:push".to_owned(),
        dedupe_key: "a".to_owned(),
        attempt: 1,
        body,
        received_at: now(),
    }
}

fn fix() -> Value {
    json!([{"old": branch("main", '1'), "new": branch("main", '3'), "truncated": false, "commits": [wire_commit('3', "Fixes ROCKET-1A")]}])
}

/// A signed delivery of these changes through the hook of the repository.
async fn receive(mut world: World, changes: &Value) -> Received {
    world.repositories.expect_hook().returning(|_| {
        Ok(Some(Hook {
            installation: installation().id,
            in_use: true,
            secrets: vec![SecretString::from(SECRET)],
        }))
    });
    let body = body(changes);
    let secret = SharedSecret::new(SECRET.to_owned());
    let raw = RawDelivery {
        method: "POST".to_owned(),
        path: format!("/webhooks/bitbucket/{}", rocket().id),
        query: None,
        headers: DeliveryHeaders {
            event_key: Some("repo:push".to_owned()),
            request_uuid: Some("9ad7b1a0".to_owned()),
            signature: Some(webhook::sign(&secret, &body)),
            ..DeliveryHeaders::default()
        },
        body,
    };
    let integration = world.integration();
    let received = integration.receive(Road::Hook(rocket().id), raw);
    received.await.unwrap()
}

async fn is_settled(world: World, delivery: &Delivery) -> bool {
    let integration = world.integration();
    let settled = integration.settled_on_arrival(delivery, &delivery.body);
    settled.await.is_some()
}

#[tokio::test]
async fn a_push_is_stored_with_all_that_comes_of_it() {
    let mut world = World::following(rocket());
    let deliveries = &mut world.deliveries;
    deliveries.expect_accept_completed().times(1).returning(
        |delivery, job, learned, follow_ups| {
            let work = Work::ProcessDelivery {
                delivery: delivery.id,
            };
            assert_eq!(job.work, work);
            assert_eq!(learned.repository, rocket().id);
            assert_eq!(learned.commits.len(), 1);
            assert_eq!(learned.commits[0].sha, sha('3'));
            assert_eq!(learned.heads, [("main".to_owned(), Some(sha('3')))]);
            let works: Vec<_> = follow_ups.iter().map(|job| job.work.clone()).collect();
            assert_eq!(works, [comment('3', "ROCKET-1A")]);
            Ok(true)
        },
    );
    let received = receive(world, &fix()).await;
    assert!(
        matches!(received, Received::Completed { follow_ups: 1, .. }),
        "{received:?}"
    );
}

#[tokio::test]
async fn a_push_that_can_not_be_done_yet_is_left_to_its_job() {
    let mut world = World::following(rocket());
    let deliveries = &mut world.deliveries;
    deliveries
        .expect_accept_completed()
        .times(1)
        .returning(|_, _, _, _| Ok(false));
    deliveries
        .expect_accept()
        .times(1)
        .returning(|_, _| Ok(Acceptance::New));
    let received = receive(world, &fix()).await;
    assert!(matches!(received, Received::Accepted(_)), "{received:?}");
}

#[tokio::test]
async fn what_needs_more_than_the_store_is_left_to_its_job() {
    let mut cut = fix();
    cut[0]["truncated"] = json!(true);
    let tag = json!([{"old": null, "new": {"type": "tag", "name": "v1.2", "target": {"hash": sha('3').as_str()}}}]);
    let deleted = json!([{"old": branch("old", '1'), "new": null, "truncated": true}]);
    for (changes, settled) in [
        (fix(), true),
        (json!([]), true),
        (deleted, true),
        (cut, false),
        (tag, false),
    ] {
        let mut world = World::following(rocket());
        world.tags.usual = TagRule {
            tags: vec!["v*".parse().unwrap()],
            version: VersionTemplate::default(),
        };
        let delivery = pushed(body(&changes));
        assert_eq!(is_settled(world, &delivery).await, settled, "{changes}");
    }
}

#[tokio::test]
async fn a_tag_that_stands_for_no_release_is_done_at_once() {
    let tag = json!([{"old": null, "new": {"type": "tag", "name": "v1.2", "target": {"hash": sha('3').as_str()}}}]);
    assert!(is_settled(World::following(rocket()), &pushed(body(&tag))).await);
}

#[tokio::test]
async fn a_push_that_tells_a_new_name_is_left_to_its_job() {
    let names = |full_name: &str, web_url: Option<&str>| TrackedRepository {
        full_name: full_name.parse().unwrap(),
        web_url: web_url.map(str::to_owned),
        ..rocket()
    };
    for known in [
        names("acme/rakete", Some("https://bitbucket.org/acme/rocket")),
        names("acme/rocket", None),
    ] {
        let delivery = pushed(body(&fix()));
        assert!(!is_settled(World::following(known), &delivery).await);
    }
}

#[tokio::test]
async fn whatever_goes_wrong_is_left_to_the_job() {
    let other = Delivery {
        event_key: "pullrequest:created".to_owned(),
        ..pushed(body(&fix()))
    };
    assert!(!is_settled(World::following(rocket()), &other).await);
    let broken = pushed(Bytes::from_static(b"{\"push\": {}}"));
    assert!(!is_settled(World::following(rocket()), &broken).await);

    let elsewhere = pushed(Bytes::from_static(
        br#"{"repository": {"uuid": "{33333333-3333-4333-8333-333333333333}"}, "push": {"changes": []}}"#,
    ));
    assert!(!is_settled(World::following(rocket()), &elsewhere).await);
}

/// A push that would take the whole request down with it is stored all the same; its job is given up after so many attempts.
#[tokio::test]
async fn a_panic_loses_no_push() {
    let mut world = World::connected();
    world
        .repositories
        .expect_find()
        .returning(|_| panic!("a bug"));
    world
        .deliveries
        .expect_accept()
        .times(1)
        .returning(|_, _| Ok(Acceptance::New));
    let received = receive(world, &fix()).await;
    assert!(matches!(received, Received::Accepted(_)), "{received:?}");
}
