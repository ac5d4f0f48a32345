//! Releases: which commits, which files, and what is said when something is odd.

use crate::world::{commit, scenario, status};

#[tokio::test]
async fn a_release_begins_where_the_one_before_it_ended() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket
            .push([commit("a1", "Fixes ROCKET-1A"), commit("a2", "x")])
            .await;
        rocket
            .releases("rocket@1.4.0")
            .at("a2")
            .since("r3")
            .await
            .is_published_with(2);
        rocket.push([commit("a3", "Fixes ROCKET-2B")]).await;
        rocket
            .releases("rocket@1.5.0")
            .at("a3")
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
            .is_resolved_in("rocket@1.5.0");
    })
    .await;
}

#[tokio::test]
async fn a_first_release_takes_the_newest_commits() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket
            .push((1..=30).map(|n| commit(&format!("a{n}"), "x")))
            .await;
        let release = rocket.releases("rocket@1.0.0").at("a30").await;
        release.is_published_with(20);
        release.warns("the newest 20 commits were taken");
    })
    .await;
}

#[tokio::test]
async fn a_long_release_is_read_to_its_end_page_by_page() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket
            .push((1..=130).map(|n| {
                commit(
                    &format!("a{n}"),
                    if n == 1 { "Fixes ROCKET-1A" } else { "x" },
                )
            }))
            .await;
        w.settles().await;
        rocket
            .releases("rocket@1.4.0")
            .at("a130")
            .since("r3")
            .await
            .is_published_with(130);
        w.settles().await;
        w.tracker
            .issue("ROCKET-1A")
            .await
            .is_resolved_in("rocket@1.4.0");
    })
    .await;
}

#[tokio::test]
async fn a_commit_that_bitbucket_does_not_know_is_named() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let release = rocket
            .releases("rocket@1.4.0")
            .at_sha("0123456789012345678901234567890123456789")
            .await;
        release.failed(
            "unknown_commit",
            "commit 0123456789012345678901234567890123456789 is not in repository acme/rocket",
        );
        // Asking again under the same version puts the dead job back, with what is asked now.
        let again = rocket.releases("rocket@1.4.0").at("r3").since("r1").await;
        again.is_published_with(2);
    })
    .await;
}

#[tokio::test]
async fn a_commit_whose_diff_bitbucket_can_not_make_goes_without_files() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket.push([commit("a1", "x"), commit("a2", "y")]).await;
        w.settles().await;
        w.bitbucket
            .fails(status(555).html().at(rocket.diffstat_path("a1")))
            .await;
        let release = rocket.releases("rocket@1.4.0").at("a2").since("r3").await;
        release.is_published_with(2);
        release.warns("goes without its changed files");
        w.bitbucket.recovers().await;
    })
    .await;
}

#[tokio::test]
async fn what_can_not_be_released_is_refused_with_the_next_step() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket
            .releases("")
            .at("r3")
            .gets_refused(400, "invalid_version")
            .await;
        rocket
            .releases("v")
            .at_sha("abcdef1")
            .gets_refused(400, "abbreviated_commit")
            .await;
        w.repository("acme/nowhere")
            .releases("v")
            .at("r3")
            .gets_refused(404, "unknown_repository")
            .await;
    })
    .await;
}

#[tokio::test]
async fn credentials_never_follow_a_link_to_another_host() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket
            .push((1..=130).map(|n| commit(&format!("a{n}"), "x")))
            .await;
        w.settles().await;
        let stranger = w.stranger().await;
        w.bitbucket.links_its_next_page_to(&stranger.origin()).await;
        let release = rocket.releases("rocket@1.4.0").at("a130").since("r3").await;
        release.failed("unfollowable_listing", "");
        w.expects_dead_jobs(1);
        assert_eq!(stranger.connections(), 0);
    })
    .await;
}
