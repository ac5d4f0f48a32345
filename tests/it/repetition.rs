//! The same thing twice has one effect.

use crate::world::{commit, scenario};

#[tokio::test]
async fn the_same_delivery_twice_has_one_effect() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let push = rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
        push.was_answered(204);
        w.settles().await;
        w.redeliver(&push).await.was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
        assert_eq!(
            w.status().await.deliveries(),
            (1, 1),
            "one accepted, one duplicate"
        );
    })
    .await;
}

#[tokio::test]
async fn a_delivery_replayed_under_a_new_request_uuid_has_one_effect() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let push = rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
        w.settles().await;
        w.replay(&push).await.was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
        assert_eq!(w.status().await.deliveries(), (2, 0), "both accepted");
    })
    .await;
}

#[tokio::test]
async fn many_copies_of_a_delivery_at_once_have_one_effect() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let genuine = rocket.push_held([commit("a1", "Fixes ROCKET-1A")]).await;
        w.deliver_at_once(&genuine, 12).await;
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
        assert_eq!(
            w.status().await.deliveries(),
            (1, 11),
            "one accepted, the others duplicates"
        );
    })
    .await;
}

#[tokio::test]
async fn the_same_release_again_changes_nothing() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket
            .push([commit("a1", "Fixes ROCKET-1A"), commit("a2", "x")])
            .await;
        let first = rocket.releases("rocket@1.4.0").at("a1").since("r3").await;
        first.is_published_with(1);
        let again = rocket.releases("rocket@1.4.0").at("a1").since("r3").await;
        assert_eq!(again.id(), first.id());
        w.settles().await;
        assert_eq!(
            w.tracker
                .asked("POST", "/api/0/organizations/acme/releases/")
                .await,
            1
        );
        rocket
            .releases("rocket@1.4.0")
            .at("a2")
            .gets_refused(409, "release_differs")
            .await;
    })
    .await;
}

#[tokio::test]
async fn connecting_and_following_again_keeps_everything() {
    scenario(async |w| {
        let first = w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let hook = rocket.hook_url().await;
        assert_eq!(w.connect("acme").await, first);
        assert_eq!(w.follow("acme/rocket").await.hook_url().await, hook);
        assert_eq!(w.bitbucket.hooks("acme/rocket").await.len(), 1);
    })
    .await;
}
