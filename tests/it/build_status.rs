//! A build status on a commit says which issues it is about.

use bitbucket_simulator::sha;

use crate::world::{commit, scenario, scenario_with};

const REPORT: &str = "[build_status]\nreport = \"issues\"\n";

#[tokio::test]
async fn each_commit_that_names_issues_has_one_status() {
    scenario_with(REPORT, async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let push = rocket
            .push([
                commit("a1", "Fixes ROCKET-1A and ROCKET-2B"),
                commit("a2", "Nothing of note"),
                commit("a3", "Fixes ROCKET-9Z"),
            ])
            .await;
        push.was_answered(204);
        w.settles().await;
        let found = w.bitbucket.statuses("acme/rocket").await;
        assert_eq!(found.len(), 1, "{found:?}");
        let [of, key, state, description] = &found[0];
        assert_eq!(
            (of, key.as_str(), state.as_str()),
            (&sha("a1"), "tracker-issues", "SUCCESSFUL")
        );
        assert!(description.contains("ROCKET-1A: "), "{description}");
        assert!(description.contains("; ROCKET-2B: "), "{description}");

        // The same commits again, by another delivery and on another branch.
        w.replay(&push).await.was_answered(204);
        w.settles().await;
        assert_eq!(w.bitbucket.statuses("acme/rocket").await, found);
    })
    .await;
}

#[tokio::test]
async fn a_status_whose_answer_was_lost_is_reported_once() {
    scenario_with(REPORT, async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let statuses = "/2.0/repositories/";
        w.bitbucket.loses_the_answer_to("POST", statuses).await;
        rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
        w.settles().await;
        assert_eq!(w.bitbucket.statuses("acme/rocket").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn without_being_told_to_nothing_is_said_on_commits() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
        w.settles().await;
        assert!(w.bitbucket.statuses("acme/rocket").await.is_empty());
    })
    .await;
}
