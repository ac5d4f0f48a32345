//! Build statuses on commits.

use bitbucket_api_paths::CommitSha;
use bitbucket_http_client::{CommitStatus, StatusState};
use serde_json::json;

use crate::ports::{IssueStatus, LoggedCommit, TrackerIssue, Work};
use crate::testing::{World, issue, logged_commit, rocket, sha};

fn reported() -> CommitStatus {
    serde_json::from_value(json!({"key": "tracker-issues", "state": "SUCCESSFUL"})).unwrap()
}

/// A world that knows this commit; its tracker knows ROCKET-1A and ROCKET-2B of project rocket, and BOOSTER-1 of another.
fn knowing(commit: LoggedCommit) -> World {
    let mut world = World::following(rocket());
    world
        .commits
        .expect_find()
        .returning(move |_, sha: &CommitSha| Ok((*sha == commit.sha).then(|| commit.clone())));
    world.tracker.expect_find().returning(|id| {
        let project = match id.as_str() {
            "ROCKET-1A" | "ROCKET-2B" => "rocket",
            "BOOSTER-1" => "booster",
            _ => return Ok(None),
        };
        Ok(Some(TrackerIssue {
            id: id.to_string(),
            short_id: id.to_string(),
            web_url: Some(format!("https://sentry.example/{id}")),
            ..issue(project, IssueStatus::Unresolved)
        }))
    });
    world
}

#[tokio::test]
async fn the_issues_of_a_commit_are_reported_under_one_key() {
    let message = "Fixes ROCKET-1A, ROCKET-2B, ROCKET-9Z and BOOSTER-1";
    let mut world = knowing(logged_commit('a', message));
    world
        .bitbucket
        .expect_report_status()
        .once()
        .returning(|_, commit, status| {
            assert_eq!(*commit, sha('a'));
            assert_eq!(status.key.as_str(), "tracker-issues");
            assert_eq!(status.state, StatusState::Successful);
            assert_eq!(status.name, "2 tracked issues");
            assert_eq!(status.url, "https://sentry.example/ROCKET-1A");
            assert_eq!(
                status.description,
                "ROCKET-1A: Fuel gauge shows nothing; ROCKET-2B: Fuel gauge shows nothing"
            );
            assert_eq!(status.refname.as_deref(), Some("main"));
            Ok(reported())
        });
    let integration = world.integration();
    let done = integration.report_status(rocket().id, &sha('a')).await;
    assert_eq!(done.unwrap(), []);
}

#[tokio::test]
async fn a_commit_whose_issues_nobody_knows_is_left_alone() {
    let world = knowing(logged_commit('a', "Fixes ROCKET-9Z"));
    let integration = world.integration();
    let done = integration.report_status(rocket().id, &sha('a')).await;
    assert_eq!(done.unwrap(), []);
}

#[tokio::test]
async fn only_commits_that_name_issues_get_a_status_and_only_when_asked_for() {
    let commits = [
        logged_commit('a', "Fixes ROCKET-1A"),
        logged_commit('b', "Nothing"),
    ];
    for (reports_statuses, expected) in [(true, 1), (false, 0)] {
        let mut world = World::following(rocket());
        world.reports_statuses = reports_statuses;
        let jobs = world.integration().status_jobs(&rocket(), "main", &commits);
        assert_eq!(jobs.len(), expected);
        for job in jobs {
            let work = Work::ReportStatus {
                repository: rocket().id,
                commit: sha('a'),
            };
            assert_eq!(job.work, work);
        }
    }
}
