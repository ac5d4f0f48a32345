//! Pushes that no delivery told of.

use serde_json::Value;

use crate::world::{World, commit, scenario};

/// The workspace is compared with Bitbucket, now.
async fn compared(w: &World) {
    w.passes_the_longest_wait().await;
    let id = w.installation().await["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/installations/{id}/sync");
    w.api().post(&path, &Value::Null).await.good();
    w.settles().await;
}

#[tokio::test]
async fn a_push_whose_delivery_was_lost_is_found_and_taken_in_once() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        compared(w).await;
        let lost = rocket
            .push_held([commit("a1", "Fixes ROCKET-1A"), commit("a2", "Work")])
            .await;
        compared(w).await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
        // It comes after all, and the next comparison finds nothing.
        w.deliver(&lost).await.was_answered(204);
        w.settles().await;
        compared(w).await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
        rocket.push([commit("a3", "Fixes ROCKET-2B")]).await;
        w.settles().await;
        compared(w).await;
        w.tracker.issue("ROCKET-2B").await.has_notes(1);
    })
    .await;
}

#[tokio::test]
async fn what_is_older_than_the_following_is_nobodys_news() {
    scenario(async |w| {
        w.connect("acme").await;
        let elsewhere = w.repository("acme/rocket");
        elsewhere
            .push_to("old", [commit("o1", "Fixes ROCKET-1A")])
            .await;
        w.follow("acme/rocket").await;
        compared(w).await;
        compared(w).await;
        w.tracker.issue("ROCKET-1A").await.has_notes(0);
    })
    .await;
}
