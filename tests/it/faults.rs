//! What may go wrong with a neighbour, a payload or a clock, one after the other: nothing is lost, nothing is done twice, nobody else waits.

use std::time::Duration;

use bitbucket_simulator::Effect;

use crate::world::{commit, scenario, scenario_with_clock, status};

#[tokio::test]
async fn whatever_the_tracker_answers_the_comment_is_made_once_it_can_be() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let troubles = ["429", "500", "502", "504", "closed", "cut off", "garbled"];
        for (n, trouble) in troubles.iter().enumerate() {
            match trouble.parse() {
                Ok(code) => w.tracker.fails(status(code).html()).await,
                Err(_) if *trouble == "closed" => w.tracker.does(Effect::Close).await,
                Err(_) if *trouble == "cut off" => w.tracker.does(Effect::Truncate).await,
                Err(_) => w.tracker.does(Effect::NotHttp).await,
            }
            let label = format!("a{n}");
            let push = rocket.push([commit(&label, "Fixes ROCKET-1A")]).await;
            push.was_answered(204);
            w.waits_for_a_retry_of("comment_on_issue").await;
            w.tracker.issue("ROCKET-1A").await.has_notes(n);
            w.tracker.recovers().await;
            w.passes_the_longest_wait().await;
            w.settles().await;
            w.tracker.issue("ROCKET-1A").await.has_notes(n + 1);
        }
    })
    .await;
}

/// A job that can never succeed is set aside, also when somebody replays it, and the jobs behind it are done.
#[tokio::test]
async fn a_poisoned_job_keeps_nobody_waiting() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let secret = rocket.hook_secret().await;
        let poison = rocket.push_held([commit("a1", "x")]).await;
        let poison = poison
            .with_body("{\"push\":{\"changes\":7}}")
            .signed_with(&secret);
        w.deliver(&poison).await.was_answered(204);
        let push = rocket.push([commit("a2", "Fixes ROCKET-1A")]).await;
        push.was_answered(204);
        let dead = w.waits_for_dead("process_delivery").await;
        assert_eq!(dead.failure_code(), "event_unreadable");
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
        w.replay_job(&dead).await;
        let again = w.waits_for_dead("process_delivery").await;
        assert_eq!(again.failure_code(), "event_unreadable");
    })
    .await;
}

#[tokio::test]
async fn bitbucket_away_for_hours_loses_no_release() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
        w.settles().await;
        w.bitbucket.fails(status(503).html()).await;
        let release = rocket
            .releases("rocket@1.4.0")
            .at("a1")
            .since("r3")
            .unwaited()
            .await;
        for _ in 0..3 {
            w.waits_for_a_retry_of("publish_release").await;
            w.passes_the_longest_wait().await;
        }
        w.waits_for_a_retry_of("publish_release").await;
        // Pushes that need nothing of Bitbucket go on meanwhile.
        let push = rocket.push([commit("a2", "Fixes ROCKET-2B")]).await;
        push.was_answered(204);
        w.bitbucket.recovers().await;
        w.passes_the_longest_wait().await;
        w.settles().await;
        release.now().await.is_published_with(1);
        w.tracker.issue("ROCKET-2B").await.has_notes(1);
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_jumps_loses_and_repeats_nothing() {
    let day = Duration::from_secs(24 * 3600);
    scenario_with_clock("", async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket
            .push([commit("a1", "Fixes ROCKET-1A")])
            .await
            .was_answered(204);
        w.settles().await;
        w.clock_jumps_ahead(day).await;
        rocket
            .push([commit("a2", "Fixes ROCKET-1A")])
            .await
            .was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(2);
        w.clock_jumps_back(day * 2).await;
        let push = rocket.push([commit("a3", "Fixes ROCKET-1A")]).await;
        push.was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(3);
        w.redeliver(&push).await.was_answered(204);
        w.clock_jumps_ahead(day * 2).await;
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(3);
    })
    .await;
}
