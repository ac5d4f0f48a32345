//! Who gets the issues that commits resolve.

use bitbucket_commit_resolver::Action;

use crate::ports::{
    Capabilities, Capability, IssueStatus, LoggedCommit, TrackerError, TrackerIssue,
};
use crate::testing::{World, issue, logged_commit, release, rocket, sha};
use crate::work::WorkError;

/// Issues are assigned to authors, and a commit of this author resolves ROCKET-1A.
fn world(email: Option<&str>, issue: TrackerIssue) -> World {
    let mut world = World::following(rocket());
    world.assigns_authors = true;
    let commit = LoggedCommit {
        author_email: email.map(str::to_owned),
        ..logged_commit('3', "Fixes ROCKET-1A")
    };
    world
        .commits
        .expect_find()
        .returning(move |_, _| Ok(Some(commit.clone())));
    world
        .releases
        .expect_find()
        .returning(|_| Ok(Some(release())));
    world
        .tracker
        .expect_find()
        .returning(move |_| Ok(Some(issue.clone())));
    world
        .tracker
        .expect_capabilities()
        .returning(|| Capabilities::of(&[Capability::ChangeStatus, Capability::Assign]));
    world
}

fn open() -> TrackerIssue {
    issue("rocket", IssueStatus::Unresolved)
}

async fn resolve_in_release(world: World) -> Result<(), WorkError> {
    let integration = world.integration();
    let sha = sha('3');
    let done = integration.resolve_issue(release().id, &sha, "ROCKET-1A");
    done.await.map(|_| ())
}

async fn change(world: World, action: Action) {
    let integration = world.integration();
    let sha = sha('3');
    let done = integration.change_issue(rocket().id, &sha, "ROCKET-1A", action);
    assert_eq!(done.await.unwrap(), []);
}

#[tokio::test]
async fn an_issue_that_a_release_resolves_goes_to_the_author() {
    let resolved = IssueStatus::Resolved {
        in_release: Some("rocket@1.4.0".to_owned()),
    };
    let mut world = world(Some("max@example.com"), issue("rocket", resolved));
    world
        .tracker
        .expect_assign()
        .once()
        .withf(|issue, email| issue.id == "4711" && email == "max@example.com")
        .returning(|_, _| Ok(true));
    resolve_in_release(world).await.unwrap();
}

#[tokio::test]
async fn an_issue_that_a_push_resolves_goes_to_the_author_and_one_that_it_reopens_to_nobody() {
    let mut resolves = world(Some("max@example.com"), open());
    resolves
        .tracker
        .expect_change()
        .once()
        .returning(|_, _| Ok(()));
    resolves
        .tracker
        .expect_assign()
        .once()
        .returning(|_, _| Ok(true));
    change(resolves, Action::Resolve).await;
    let resolved = IssueStatus::Resolved { in_release: None };
    let mut reopens = world(Some("max@example.com"), issue("rocket", resolved));
    reopens
        .tracker
        .expect_change()
        .once()
        .returning(|_, _| Ok(()));
    change(reopens, Action::Reopen).await;
}

#[tokio::test]
async fn an_author_whom_the_tracker_does_not_know_stops_nothing() {
    let mut world = world(Some("max@example.com"), open());
    world
        .tracker
        .expect_assign()
        .once()
        .returning(|_, _| Ok(false));
    world
        .effects
        .expect_record()
        .once()
        .returning(|_, _, _| Ok(()));
    resolve_in_release(world).await.unwrap();
}

#[tokio::test]
async fn a_tracker_that_is_away_is_asked_again_later() {
    let mut world = world(Some("max@example.com"), open());
    world.tracker.expect_assign().once().returning(|_, _| {
        Err(TrackerError::Unavailable {
            reason: "HTTP 503".to_owned(),
            retry_after: None,
        })
    });
    let failed = resolve_in_release(world).await.unwrap_err();
    assert_eq!(failed.code(), "tracker_unavailable");
}

#[tokio::test]
async fn whoever_has_the_issue_keeps_it() {
    let taken = TrackerIssue {
        assigned: true,
        ..open()
    };
    // Being asked would fail: nothing is expected.
    resolve_in_release(world(Some("max@example.com"), taken))
        .await
        .unwrap();
}

#[tokio::test]
async fn nobody_is_assigned_unless_it_is_wanted() {
    let mut world = world(Some("max@example.com"), open());
    world.assigns_authors = false;
    resolve_in_release(world).await.unwrap();
}

#[tokio::test]
async fn what_is_no_address_is_not_asked_for() {
    let long = format!("{}@example.com", "m".repeat(250));
    for odd in [
        None,
        Some(""),
        Some("max"),
        Some("team:7"),
        Some("team:7@x"),
        Some("user:1"),
        Some("@example.com"),
        Some("max@"),
        Some("a@b@c"),
        Some("max @example.com"),
        Some("max@example.com\n"),
        Some(long.as_str()),
    ] {
        resolve_in_release(world(odd, open())).await.unwrap();
    }
}
