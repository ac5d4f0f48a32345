//! What one repository tells is worked on in the order in which it came, whatever fails meanwhile.

use crate::world::{commit, scenario, scenario_with, status};

const FIXES: &str = "Fixes ROCKET-1A";

#[tokio::test]
async fn a_comment_that_failed_comes_before_that_of_a_later_push() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        w.tracker.fails(status(503).html()).await;
        rocket.push([commit("a1", FIXES)]).await.was_answered(204);
        w.waits_for_a_retry_of("comment_on_issue").await;
        rocket.push([commit("a2", FIXES)]).await.was_answered(204);
        w.waits_until_waiting("comment_on_issue", 2).await;
        w.tracker.recovers().await;
        w.passes_the_longest_wait().await;
        w.settles().await;
        let issue = w.tracker.issue("ROCKET-1A").await;
        issue.notes_are_about(&["a1", "a2"]);
    })
    .await;
}

/// The last push says how the issue stays.
#[tokio::test]
async fn a_change_that_failed_does_not_undo_a_later_one() {
    let at_once = "[commits]\nprofile = \"strict\"\nresolve = \"at_once\"\n";
    scenario_with(at_once, async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        w.tracker.fails(status(502).html()).await;
        rocket.push([commit("a1", FIXES)]).await.was_answered(204);
        w.waits_for_a_retry_of("change_issue").await;
        let later = [commit("a2", "Reopens ROCKET-1A")];
        rocket.push(later).await.was_answered(204);
        w.waits_until_waiting("change_issue", 2).await;
        w.tracker.recovers().await;
        w.passes_the_longest_wait().await;
        w.settles().await;
        let issue = w.tracker.issue("ROCKET-1A").await;
        issue.is_unresolved();
        issue.notes_begin(&["Resolved", "Reopened"]);
    })
    .await;
}

#[tokio::test]
async fn a_push_that_failed_comes_before_a_later_one_and_another_repository_goes_on() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let launchpad = w.follow("acme/launchpad").await;
        w.bitbucket.fails(status(503).html()).await;
        // It is truncated, so Bitbucket has to be asked for the rest.
        let mut many = vec![commit("a1", FIXES)];
        many.extend((2..=9).map(|n| commit(&format!("a{n}"), "Work on")));
        rocket.push(many).await.was_truncated();
        w.waits_for_a_retry_of("process_delivery").await;
        let later = [commit("b1", FIXES)];
        rocket.push(later).await.was_answered(204);
        let elsewhere = [commit("c1", "Fixes ROCKET-2B")];
        launchpad.push(elsewhere).await.was_answered(204);
        w.waits_until_waiting("process_delivery", 2).await;
        w.tracker.issue("ROCKET-1A").await.has_notes(0);
        w.bitbucket.recovers().await;
        w.passes_the_longest_wait().await;
        w.settles().await;
        let issue = w.tracker.issue("ROCKET-1A").await;
        issue.notes_are_about(&["a1", "b1"]);
        w.tracker.issue("ROCKET-2B").await.has_notes(1);
    })
    .await;
}

/// It waits until its own time, and nobody waits for it meanwhile.
#[tokio::test]
async fn a_push_that_keeps_failing_lets_later_ones_go() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        w.bitbucket.fails(status(503).html()).await;
        let mut many = vec![commit("a1", FIXES)];
        many.extend((2..=9).map(|n| commit(&format!("a{n}"), "Work on")));
        rocket.push(many).await.was_truncated();
        w.waits_for_a_retry_of("process_delivery").await;
        let later = [commit("b1", FIXES)];
        rocket.push(later).await.was_answered(204);
        let kind = "process_delivery";
        w.fails_until(kind, "a later push is worked on", async || {
            !w.tracker.issue("ROCKET-1A").await.is_without_notes()
        })
        .await;
        w.waits_until_waiting("process_delivery", 1).await;
        w.bitbucket.recovers().await;
        w.passes_the_longest_wait().await;
        w.settles().await;
        let issue = w.tracker.issue("ROCKET-1A").await;
        issue.notes_are_about(&["b1", "a1"]);
    })
    .await;
}
