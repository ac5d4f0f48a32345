//! Every shape of push.

use crate::world::{commit, scenario};

#[tokio::test]
async fn a_truncated_push_is_completed_from_the_api() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let mut commits = vec![
            commit("a1", "Fixes ROCKET-1A"),
            commit("a2", "Fixes ROCKET-2B"),
        ];
        commits.extend((3..=9).map(|n| commit(&format!("a{n}"), "Work on")));
        let push = rocket.push(commits).await;
        push.was_answered(204);
        push.was_truncated();
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
        w.tracker.issue("ROCKET-2B").await.has_notes(1);
    })
    .await;
}

#[tokio::test]
async fn a_deleted_branch_changes_nothing() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket
            .push_to("feature/gauge", [commit("a1", "Fixes ROCKET-1A")])
            .await
            .was_answered(204);
        w.settles().await;
        rocket
            .delete_branch("feature/gauge")
            .await
            .was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
        assert_eq!(w.status().await.deliveries(), (2, 0));
    })
    .await;
}

#[tokio::test]
async fn a_tag_changes_nothing() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket.tag("v1.3.0", "r3").await.was_answered(204);
        w.settles().await;
        assert_eq!(
            w.tracker.asked_in_all().await,
            0,
            "the tracker was not asked"
        );
    })
    .await;
}

#[tokio::test]
async fn several_changes_of_one_push_all_count() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let push = rocket
            .push_to_both(
                ("main", [commit("a1", "Fixes ROCKET-1A")]),
                ("feature/x", [commit("b1", "Fixes ROCKET-2B")]),
            )
            .await;
        push.was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
        w.tracker
            .issue("ROCKET-2B")
            .await
            .says(&["on branch feature/x"]);
    })
    .await;
}

#[tokio::test]
async fn a_commit_seen_on_two_branches_is_told_once() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket
            .push_to("feature/x", [commit("a1", "Fixes ROCKET-1A")])
            .await;
        w.settles().await;
        rocket
            .push_to("main", [commit("a1", "Fixes ROCKET-1A")])
            .await
            .was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
    })
    .await;
}

#[tokio::test]
async fn a_forced_push_is_read_like_any_other() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
        w.settles().await;
        rocket
            .force_push("main", "r3", [commit("b1", "Fixes ROCKET-2B")])
            .await
            .was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-2B").await.has_notes(1);
    })
    .await;
}

#[tokio::test]
async fn a_skipped_commit_and_an_unknown_issue_are_let_be() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket
            .push([
                commit("a1", "Fixes ROCKET-1A #skipsentry"),
                commit("a2", "Fixes ROCKET-99Z and UTF-8"),
            ])
            .await
            .was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(0);
    })
    .await;
}

#[tokio::test]
async fn an_event_that_nobody_handles_is_answered_and_forgotten() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let fork = rocket
            .push_held([commit("a1", "x")])
            .await
            .with_header("X-Event-Key", "repo:fork");
        w.deliver(&fork).await.was_answered(204);
        w.has_stored_nothing().await;
    })
    .await;
}
