//! The whole road: from a push to a resolved issue.

use crate::world::{commit, scenario};

#[tokio::test]
async fn a_push_and_a_release_resolve_an_issue() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        w.tracker.issue("ROCKET-1A").await.is_unresolved();

        let push = rocket
            .push([
                commit("a1", "Tidy the cockpit"),
                commit("a2", "Mend the fuel gauge\n\nFixes ROCKET-1A"),
            ])
            .await;
        push.was_answered(204);
        w.settles().await;
        let issue = w.tracker.issue("ROCKET-1A").await;
        issue.is_unresolved();
        issue.says(&[
            "Named by commit [",
            "](https://bitbucket.org/acme/rocket/commits/",
            ") in acme/rocket on branch main by Ada Lovelace: Mend the fuel gauge",
        ]);

        let release = rocket.releases("rocket@1.4.0").at("a2").since("r3").await;
        release.is_published_with(2);
        release.names(&["ROCKET-1A"]);
        w.settles().await;
        w.tracker
            .issue("ROCKET-1A")
            .await
            .is_resolved_in("rocket@1.4.0");
        w.tracker
            .release("rocket@1.4.0")
            .await
            .has(&[("a2", &["A src/a2.rs"]), ("a1", &["A src/a1.rs"])]);
        for other in ["ROCKET-2B", "ROCKET-3C"] {
            w.tracker.issue(other).await.is_unresolved();
        }
    })
    .await;
}

#[tokio::test]
async fn a_tracker_that_does_not_read_commits_has_its_issues_resolved_for_it() {
    scenario(async |w| {
        w.tracker.does_not_read_commits().await;
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket
            .push([commit("a1", "Fixes ROCKET-1A and ROCKET-2B")])
            .await
            .was_answered(204);
        w.settles().await;
        rocket
            .releases("rocket@1.4.0")
            .at("a1")
            .since("r3")
            .await
            .is_published_with(1);
        w.settles().await;
        w.tracker
            .issue("ROCKET-1A")
            .await
            .is_resolved_in("rocket@1.4.0");
        w.tracker
            .issue("ROCKET-2B")
            .await
            .is_resolved_in("rocket@1.4.0");
    })
    .await;
}

#[tokio::test]
async fn an_api_token_serves_as_well_as_an_access_token() {
    scenario(async |w| {
        w.connect_with_api_token("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket
            .push([commit("a1", "Fixes ROCKET-1A")])
            .await
            .was_answered(204);
        w.settles().await;
        rocket
            .releases("rocket@1.4.0")
            .at("a1")
            .since("r3")
            .await
            .is_published_with(1);
        w.settles().await;
        w.tracker
            .issue("ROCKET-1A")
            .await
            .is_resolved_in("rocket@1.4.0");
    })
    .await;
}
