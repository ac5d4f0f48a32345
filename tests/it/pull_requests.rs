//! Pull requests: followed, commented, merged.

use bitbucket_simulator::world::PullRequestState;

use crate::world::{World, commit, scenario, scenario_with};

const COMMENTING: &str = "[pull_requests]\ncomment = \"issues\"\n";
const ON_MAIN: &str = "[commits]\nresolve = [\"main\"]\n";

/// The only pull request of the only repository, as the API shows it.
async fn shown(w: &World) -> serde_json::Value {
    let repository = w.followed().await["id"].as_str().unwrap().to_owned();
    let list = w
        .api()
        .get(&format!("/api/v1/repositories/{repository}/pull-requests"))
        .await
        .good();
    assert_eq!(list["pull_requests"].as_array().unwrap().len(), 1, "{list}");
    list["pull_requests"][0].clone()
}

#[tokio::test]
async fn a_pull_request_is_followed_from_its_opening_to_its_end() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket
            .push_to("fix", [commit("a1", "Closes ROCKET-2B")])
            .await;
        let proposal = rocket.proposes("Fixes ROCKET-1A", "fix").await;
        proposal
            .tells("pullrequest:created")
            .await
            .was_answered(204);
        w.settles().await;
        let open = shown(w).await;
        assert_eq!(open["state"], "open");
        assert_eq!(
            open["issues"],
            serde_json::json!(["ROCKET-1A", "ROCKET-2B"])
        );
        proposal
            .becomes(|own| own.title = "Tidy up".to_owned())
            .await;
        let late = proposal.tells("pullrequest:updated").await;
        proposal
            .becomes(|own| own.state = PullRequestState::Declined)
            .await;
        proposal.tells("pullrequest:rejected").await;
        w.settles().await;
        // What comes late changes nothing.
        w.replay(&late).await.was_answered(204);
        w.settles().await;
        let declined = shown(w).await;
        assert_eq!(
            (declined["state"].as_str(), declined["title"].as_str()),
            (Some("declined"), Some("Tidy up"))
        );
        assert_eq!(declined["issues"], serde_json::json!(["ROCKET-2B"]));
        w.tracker.issue("ROCKET-1A").await.has_notes(0);
    })
    .await;
}

#[tokio::test]
async fn one_comment_lists_the_issues_and_is_kept_up_to_date() {
    scenario_with(COMMENTING, async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket.push_to("fix", [commit("a1", "Work")]).await;
        let proposal = rocket.proposes("Fixes ROCKET-1A", "fix").await;
        let told = proposal.tells("pullrequest:created").await;
        w.settles().await;
        let said = proposal.comments().await;
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("ROCKET-1A"), "{said:?}");
        assert!(said[0].contains("ZeroDivisionError: thrust"), "{said:?}");
        w.replay(&told).await.was_answered(204);
        proposal
            .becomes(|own| own.description = "Closes ROCKET-2B".to_owned())
            .await;
        proposal.tells("pullrequest:updated").await;
        w.settles().await;
        let said = proposal.comments().await;
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("ROCKET-2B"), "{said:?}");
        proposal
            .becomes(|own| own.title = "Tidy up".to_owned())
            .await;
        proposal
            .becomes(|own| own.description = String::new())
            .await;
        proposal.tells("pullrequest:updated").await;
        w.settles().await;
        let said = proposal.comments().await;
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].ends_with("None any more."), "{said:?}");
    })
    .await;
}

#[tokio::test]
async fn nothing_is_said_on_a_pull_request_unless_it_is_switched_on() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket.push_to("fix", [commit("a1", "Work")]).await;
        let proposal = rocket.proposes("Fixes ROCKET-1A", "fix").await;
        proposal.tells("pullrequest:created").await;
        w.settles().await;
        assert_eq!(proposal.comments().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn a_merge_resolves_what_title_and_commits_name_each_once() {
    scenario_with(ON_MAIN, async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket
            .push_to("fix", [commit("a1", "Fixes ROCKET-2B")])
            .await;
        let proposal = rocket
            .proposes("Fixes ROCKET-1A and ROCKET-2B", "fix")
            .await;
        proposal.tells("pullrequest:created").await;
        let merge = commit("m1", "Merged in fix (pull request #1)").merges("fix");
        rocket.push([merge]).await;
        proposal.is_merged_by("m1").await;
        let told = proposal.tells("pullrequest:fulfilled").await;
        w.settles().await;
        w.replay(&told).await.was_answered(204);
        w.settles().await;
        let by_title = w.tracker.issue("ROCKET-1A").await;
        by_title.is_resolved();
        by_title.notes_begin(&["Resolved"]);
        let by_commit = w.tracker.issue("ROCKET-2B").await;
        by_commit.is_resolved();
        by_commit.notes_begin(&["Named", "Resolved"]);
        assert_eq!(shown(w).await["state"], "merged");
    })
    .await;
}

#[tokio::test]
async fn what_a_merged_pull_request_names_is_resolved_by_the_release_of_its_merge() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket.push_to("fix", [commit("a1", "Work")]).await;
        let proposal = rocket.proposes("Fixes ROCKET-1A", "fix").await;
        rocket.push([commit("s1", "Work (pull request #1)")]).await;
        proposal.is_merged_by("s1").await;
        proposal.tells("pullrequest:fulfilled").await;
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.notes_begin(&["Named"]);
        let release = rocket.releases("rocket@1.4.0").at("s1").since("r3").await;
        release.names(&["ROCKET-1A"]);
        w.settles().await;
        w.tracker
            .issue("ROCKET-1A")
            .await
            .is_resolved_in("rocket@1.4.0");
    })
    .await;
}
