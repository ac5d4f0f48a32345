//! When issues change, by the policy that is configured.

use crate::world::{commit, scenario, scenario_with};

const AT_ONCE: &str = "[commits]\nprofile = \"strict\"\nresolve = \"at_once\"\n";
const ON_BRANCHES: &str = "[commits.projects]\nrocket = [\"main\", \"release/*\"]\n";
const STRICT: &str = "[commits]\nprofile = \"strict\"\n";

#[tokio::test]
async fn a_release_tells_the_issue_which_commit_it_brings() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
        w.settles().await;
        let release = rocket.releases("rocket@1.4.0").at("a1").since("r3").await;
        release.is_published_with(1);
        w.settles().await;
        let issue = w.tracker.issue("ROCKET-1A").await;
        issue.is_resolved_in("rocket@1.4.0");
        issue.notes_begin(&["Named", "Released in rocket@1.4.0: resolved"]);
    })
    .await;
}

#[tokio::test]
async fn at_once_a_push_to_any_branch_resolves_and_only_once() {
    scenario_with(AT_ONCE, async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let fix = || commit("a1", "Fixes ROCKET-1A, see ROCKET-2B");
        let push = rocket.push_to("feature/x", [fix()]).await;
        w.settles().await;
        w.replay(&push).await.was_answered(204);
        rocket.push_to("main", [fix()]).await.was_answered(204);
        w.settles().await;
        let issue = w.tracker.issue("ROCKET-1A").await;
        issue.is_resolved();
        issue.notes_begin(&["Resolved"]);
        let seen = w.tracker.issue("ROCKET-2B").await;
        seen.is_unresolved();
        seen.notes_begin(&["Named"]);
    })
    .await;
}

#[tokio::test]
async fn a_merge_to_a_named_branch_resolves_and_a_push_to_another_does_not() {
    scenario_with(ON_BRANCHES, async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let fix = || commit("a1", "Fixes ROCKET-1A");
        rocket.push_to("feature/x", [fix()]).await;
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.is_unresolved();
        rocket.push_to("main", [fix()]).await;
        rocket
            .push_to("release/1.4", [commit("b1", "Fixes ROCKET-2B")])
            .await;
        w.settles().await;
        let issue = w.tracker.issue("ROCKET-1A").await;
        issue.is_resolved();
        issue.notes_begin(&["Named", "Resolved"]);
        w.tracker.issue("ROCKET-2B").await.is_resolved();
    })
    .await;
}

#[tokio::test]
async fn a_revert_in_the_same_release_withdraws() {
    scenario_with(STRICT, async |w| {
        w.tracker.does_not_read_commits().await;
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket
            .push([
                commit("a1", "Fixes ROCKET-1A"),
                commit("a2", "Fixes ROCKET-2B"),
                commit("a3", "Revert \"Fixes ROCKET-1A\""),
            ])
            .await;
        let release = rocket.releases("rocket@1.4.0").at("a3").since("r3").await;
        release.is_published_with(3);
        release.names(&["ROCKET-2B"]);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.is_unresolved();
        let other = w.tracker.issue("ROCKET-2B").await;
        other.is_resolved_in("rocket@1.4.0");
    })
    .await;
}

#[tokio::test]
async fn a_later_revert_of_what_resolved_an_issue_opens_it_again() {
    scenario_with(AT_ONCE, async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.is_resolved();
        let sha = bitbucket_simulator::sha("a1");
        let message = format!("Revert \"Fixes ROCKET-1A\"\n\nThis reverts commit {sha}.");
        rocket.push([commit("a2", &message)]).await;
        w.settles().await;
        let issue = w.tracker.issue("ROCKET-1A").await;
        issue.is_unresolved();
        issue.notes_begin(&["Resolved", "Reopened"]);
    })
    .await;
}

#[tokio::test]
async fn reopening_beats_an_earlier_resolution() {
    scenario_with(AT_ONCE, async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket
            .push([
                commit("a1", "Fixes ROCKET-1A"),
                commit("a2", "Reopens ROCKET-1A"),
            ])
            .await;
        w.settles().await;
        let issue = w.tracker.issue("ROCKET-1A").await;
        issue.is_unresolved();
        issue.has_notes(2);
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_is_lost_changes_the_issue_once() {
    scenario_with(AT_ONCE, async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        w.tracker.loses_the_answer_to("PUT", "/api/0/").await;
        rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
        w.waits_for_a_retry_of("change_issue").await;
        w.passes_the_longest_wait().await;
        w.settles().await;
        let issue = w.tracker.issue("ROCKET-1A").await;
        issue.is_resolved();
        issue.notes_begin(&["Resolved"]);
    })
    .await;
}

#[tokio::test]
async fn an_issue_goes_to_the_author_of_the_commit_whom_the_tracker_knows_by_address() {
    let config = "[commits]\nassign = \"author\"\nresolve = \"at_once\"\n";
    scenario_with(config, async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let stranger = "Sam Stranger <sam@elsewhere.example>";
        rocket
            .push([
                commit("a1", "Fixes ROCKET-1A"),
                commit("a2", "Fixes ROCKET-2B").author(stranger),
                commit("a3", "Mentions ROCKET-3C"),
            ])
            .await;
        w.settles().await;
        let ada = w.tracker.issue("ROCKET-1A").await;
        ada.is_resolved();
        ada.is_assigned_to(Some(21));
        let nobody = w.tracker.issue("ROCKET-2B").await;
        nobody.is_resolved();
        nobody.is_assigned_to(None);
        w.tracker.issue("ROCKET-3C").await.is_assigned_to(None);
    })
    .await;
}

#[tokio::test]
async fn an_issue_of_a_release_goes_to_the_author_too_and_by_default_to_nobody() {
    for (config, member) in [("[commits]\nassign = \"author\"\n", Some(21)), ("", None)] {
        scenario_with(config, async |w| {
            w.connect("acme").await;
            let rocket = w.follow("acme/rocket").await;
            rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
            w.settles().await;
            w.tracker.issue("ROCKET-1A").await.is_assigned_to(None);
            let release = rocket.releases("rocket@1.4.0").at("a1").since("r3").await;
            release.is_published_with(1);
            w.settles().await;
            let issue = w.tracker.issue("ROCKET-1A").await;
            issue.is_resolved_in("rocket@1.4.0");
            issue.is_assigned_to(member);
        })
        .await;
    }
}
