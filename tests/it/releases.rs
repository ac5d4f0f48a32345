//! Releases: which commits, which files, and what is said when something is odd.

use std::time::Duration;

use crate::world::{commit, scenario, scenario_with, scenario_with_clock, status};

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

#[tokio::test]
async fn a_tag_that_is_a_release_makes_one_and_only_one() {
    let tags = "[releases]\ntags = [\"v*\"]\n";
    scenario_with(tags, async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket.tag("v1.3.0", "r3").await;
        w.settles().await;
        rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
        rocket.tag("nightly", "a1").await;
        let tag = rocket.tag("v1.4.0", "a1").await;
        tag.was_answered(204);
        w.settles().await;
        w.replay(&tag).await.was_answered(204);
        w.settles().await;
        w.tracker
            .issue("ROCKET-1A")
            .await
            .is_resolved_in("rocket@1.4.0");
        w.tracker.release("rocket@1.4.0").await.holds(&["a1"]);
        let listed = w.api().get("/api/v1/releases").await.good();
        assert_eq!(listed["releases"].as_array().unwrap().len(), 2, "{listed}");
    })
    .await;
}

#[tokio::test]
async fn each_environment_has_its_own_release_before() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket
            .push((1..=3).map(|n| commit(&format!("a{n}"), "x")))
            .await;
        rocket.releases("rocket@1").at("a1").to("live").await;
        rocket.releases("rocket@2").at("a2").to("test").await;
        let release = rocket.releases("rocket@3").at("a3").to("live").await;
        release.is_published_with(2);
        release.begins_at("a1");
        // Asked for again with another environment, it is deployed there as well.
        let again = rocket.releases("rocket@3").at("a3").to("test").await;
        again.is_deployed_to(&["live", "test"]);
        rocket.releases("rocket@3").at("a3").to("test").await;
        w.settles().await;
        let known = w.tracker.release("rocket@3").await;
        known.is_deployed_to(&["live", "test"]);
        w.tracker
            .release("rocket@1")
            .await
            .is_deployed_to(&["live"]);
    })
    .await;
}

#[tokio::test]
async fn a_rollback_is_a_deploy_of_its_own_and_the_next_release_begins_there() {
    scenario_with_clock("", async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket
            .push([
                commit("a1", "x"),
                commit("a2", "Fixes ROCKET-1A"),
                commit("a3", "x"),
            ])
            .await;
        let deployed = async |version: &str, label: &str| {
            w.clock_jumps_ahead(Duration::from_secs(60)).await;
            let release = rocket.releases(version).at(label).to("live").await;
            w.settles().await;
            release
        };
        deployed("rocket@1", "a1").await;
        deployed("rocket@2", "a2").await.begins_at("a1");
        let back = deployed("rocket@1", "a1").await;
        back.is_deployed_to(&["live", "live"]);
        // Said again, it is the same deploy.
        let again = deployed("rocket@1", "a1").await;
        again.is_deployed_to(&["live", "live"]);
        let next = deployed("rocket@3", "a3").await;
        next.begins_at("a1");
        next.is_published_with(2);
        for (version, times) in [
            ("rocket@1", vec!["live", "live"]),
            ("rocket@2", vec!["live"]),
            ("rocket@3", vec!["live"]),
        ] {
            w.tracker.release(version).await.is_deployed_to(&times);
        }
    })
    .await;
}

#[tokio::test]
async fn a_deploy_whose_answer_is_lost_is_told_once() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        w.tracker
            .loses_the_answer_to(
                "POST",
                "/api/0/organizations/acme/releases/rocket%401/deploys/",
            )
            .await;
        rocket
            .releases("rocket@1")
            .at("r3")
            .since("r2")
            .to("live")
            .await;
        w.waits_for_a_retry_of("record_deploy").await;
        w.passes_the_longest_wait().await;
        w.settles().await;
        w.tracker
            .release("rocket@1")
            .await
            .is_deployed_to(&["live"]);
    })
    .await;
}

#[tokio::test]
async fn a_fix_of_an_older_release_begins_there_and_not_at_the_newest() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket.releases("rocket@1.0").at("r1").since("r1").await;
        rocket.releases("rocket@1.5").at("r2").await.begins_at("r1");
        rocket.releases("rocket@2.0").at("r3").await.begins_at("r2");
        rocket
            .force_push("fix-1.5", "r2", [commit("f1", "Fixes ROCKET-1A")])
            .await;
        let fix = rocket.releases("rocket@1.5.1").at("f1").await;
        fix.begins_at("r2");
        fix.is_published_with(1);
        rocket.push([commit("a1", "x")]).await;
        let next = rocket.releases("rocket@2.1").at("a1").await;
        next.begins_at("r3");
        next.is_published_with(1);
    })
    .await;
}

#[tokio::test]
async fn several_repositories_make_one_release_of_all_their_commits() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let pad = w.follow("acme/launchpad").await;
        pad.push([commit("p1", "Pour concrete")]).await;
        for version in ["suite@1", "suite@2"] {
            if version == "suite@2" {
                rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
                pad.push([commit("p2", "Fixes ROCKET-2B")]).await;
            }
            let heads = match version {
                "suite@1" => [("acme/rocket", "r3"), ("acme/launchpad", "p1")],
                _ => [("acme/rocket", "a1"), ("acme/launchpad", "p2")],
            };
            let release = rocket.releases(version).from(&heads).await;
            release.has_parts(&["acme/launchpad"]);
            w.settles().await;
        }
        w.tracker.release("suite@2").await.holds(&["a1", "p2"]);
        for issue in ["ROCKET-1A", "ROCKET-2B"] {
            w.tracker.issue(issue).await.is_resolved_in("suite@2");
        }
    })
    .await;
}

#[tokio::test]
async fn a_release_of_several_repositories_names_the_ref_that_is_wrong() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        w.follow("acme/launchpad").await;
        rocket
            .releases("suite@1")
            .from(&[("acme/rocket", "r3"), ("acme/nowhere", "r3")])
            .gets_refused(404, "unknown_repository")
            .await;
        let listed = w.api().get("/api/v1/releases").await.good();
        assert_eq!(listed["releases"], serde_json::json!([]));
        // A commit that only one repository lacks is named by that repository's release; the other goes out without it.
        let release = rocket
            .releases("suite@1")
            .from(&[("acme/rocket", "r3"), ("acme/launchpad", "r3")])
            .await;
        release.warns("is not in repository acme/launchpad");
        w.waits_for_dead("publish_release").await;
    })
    .await;
}
