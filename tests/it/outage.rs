//! A neighbour is down: nothing is lost, and nothing happens twice once it is back.

use crate::world::{commit, scenario, status};

#[tokio::test]
async fn what_is_pushed_while_the_tracker_is_down_arrives_later_and_once() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        w.tracker.fails(status(503).html()).await;
        rocket
            .push([commit("a1", "Fixes ROCKET-1A")])
            .await
            .was_answered(204);
        w.waits_for_a_retry_of("comment_on_issue").await;
        w.tracker.issue("ROCKET-1A").await.has_notes(0);

        w.tracker.recovers().await;
        w.passes_the_longest_wait().await;
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
    })
    .await;
}

#[tokio::test]
async fn a_release_made_while_the_tracker_is_down_is_published_later() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
        w.settles().await;
        w.tracker.fails(status(502)).await;
        let release = rocket
            .releases("rocket@1.4.0")
            .at("a1")
            .since("r3")
            .unwaited()
            .await;
        w.waits_for_a_retry_of("publish_release").await;
        w.tracker.recovers().await;
        w.passes_the_longest_wait().await;
        w.settles().await;
        release.now().await.is_published_with(1);
        w.tracker
            .issue("ROCKET-1A")
            .await
            .is_resolved_in("rocket@1.4.0");
    })
    .await;
}

#[tokio::test]
async fn a_comment_whose_answer_was_lost_is_not_made_twice() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        w.tracker
            .loses_the_answer_to("POST", "/api/0/organizations/acme/issues/")
            .await;
        rocket
            .push([commit("a1", "Fixes ROCKET-1A")])
            .await
            .was_answered(204);
        w.waits_for_a_retry_of("comment_on_issue").await;
        w.passes_the_longest_wait().await;
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_keeps_failing_is_kept_with_its_reason_and_can_be_replayed() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        w.tracker.fails(status(503)).await;
        rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
        let dead = w.fails_until_dead("comment_on_issue").await;
        assert_eq!(dead.failure_code(), "tracker_unavailable");

        w.tracker.recovers().await;
        w.replay_job(&dead).await;
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
    })
    .await;
}

#[tokio::test]
async fn bitbucket_down_delays_a_release_and_loses_none() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket.push([commit("a1", "x")]).await;
        w.settles().await;
        w.bitbucket.fails(status(503).html()).await;
        let release = rocket
            .releases("rocket@1.4.0")
            .at("a1")
            .since("r3")
            .unwaited()
            .await;
        w.waits_for_a_retry_of("publish_release").await;
        w.bitbucket.recovers().await;
        w.passes_the_longest_wait().await;
        w.settles().await;
        release.now().await.is_published_with(1);
    })
    .await;
}

#[tokio::test]
async fn accepted_deliveries_survive_a_restart() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        w.tracker.fails(status(503)).await;
        rocket
            .push([commit("a1", "Fixes ROCKET-1A")])
            .await
            .was_answered(204);
        w.waits_for_a_retry_of("comment_on_issue").await;
        w.restarts().await;
        w.tracker.recovers().await;
        w.passes_the_longest_wait().await;
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
    })
    .await;
}
