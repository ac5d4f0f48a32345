//! What a commit changes at once.

use bitbucket_commit_resolver::Action;

use crate::ports::{Capabilities, Capability, IssueChange, IssueEffect, IssueStatus, TrackerError};
use crate::testing::{World, issue, logged_commit, rocket, sha};
use crate::work::WorkError;

const RESOLVED: IssueStatus = IssueStatus::Resolved { in_release: None };

fn world(status: IssueStatus, can: &'static [Capability]) -> World {
    let mut world = World::following(rocket());
    world
        .commits
        .expect_find()
        .returning(|_, _| Ok(Some(logged_commit('3', "Mend it\n\nFixes ROCKET-1A"))));
    world
        .tracker
        .expect_find()
        .returning(move |_| Ok(Some(issue("rocket", status.clone()))));
    world
        .tracker
        .expect_capabilities()
        .returning(|| Capabilities::of(can));
    world
}

/// The change that an action leads to, and how the comment begins.
async fn changed(status: IssueStatus, action: Action) -> (Option<IssueChange>, String) {
    let seen = std::sync::Arc::new(std::sync::Mutex::new((None, String::new())));
    let mut world = world(status, &Capability::ALL);
    let change = std::sync::Arc::clone(&seen);
    world.tracker.expect_change().returning(move |_, wanted| {
        change.lock().unwrap().0 = Some(wanted);
        Ok(())
    });
    let comment = std::sync::Arc::clone(&seen);
    world
        .tracker
        .expect_comment()
        .times(1)
        .returning(move |_, text| {
            let (start, _) = text.split_once(" by commit [333333333333]").unwrap();
            comment.lock().unwrap().1 = start.to_owned();
            Ok(())
        });
    world
        .effects
        .expect_record()
        .times(1)
        .returning(move |_, effect, _| {
            let done = IssueEffect {
                short_id: "ROCKET-1A".to_owned(),
                action,
                commit: sha('3'),
            };
            assert_eq!(*effect, done);
            Ok(())
        });
    change_issue(world, action).await.unwrap();
    let (change, text) = seen.lock().unwrap().clone();
    (change, text)
}

async fn change_issue(world: World, action: Action) -> Result<(), WorkError> {
    let follow_ups = world
        .integration()
        .change_issue(rocket().id, &sha('3'), "ROCKET-1A", action)
        .await?;
    assert_eq!(follow_ups, []);
    Ok(())
}

#[tokio::test]
async fn each_action_leads_to_its_status_unless_the_issue_has_it() {
    let other = || IssueStatus::Other("ignored".to_owned());
    let open = || IssueStatus::Unresolved;
    for (action, status, change, text) in [
        (
            Action::Resolve,
            open(),
            Some(IssueChange::Resolve),
            "Resolved",
        ),
        (
            Action::Resolve,
            other(),
            Some(IssueChange::Resolve),
            "Resolved",
        ),
        (Action::Resolve, RESOLVED, None, "Resolved"),
        (
            Action::Reopen,
            RESOLVED,
            Some(IssueChange::Reopen),
            "Reopened",
        ),
        (Action::Reopen, open(), None, "Reopened"),
        (
            Action::Hold,
            open(),
            Some(IssueChange::Archive),
            "Put on hold",
        ),
        (Action::WontFix, other(), None, "Not to be fixed, decided"),
        (Action::Invalidate, RESOLVED, None, "Found to be none"),
    ] {
        let found = changed(status.clone(), action).await;
        assert_eq!(found, (change, text.to_owned()), "{action} {status:?}");
    }
}

#[tokio::test]
async fn a_tracker_that_can_not_change_issues_is_told_only() {
    let mut world = world(IssueStatus::Unresolved, &[Capability::Comment]);
    world
        .tracker
        .expect_comment()
        .times(1)
        .returning(|_, _| Ok(()));
    change_issue(world, Action::Resolve).await.unwrap();
}

#[tokio::test]
async fn what_failed_is_not_remembered_as_done() {
    let mut world = world(IssueStatus::Unresolved, &Capability::ALL);
    world.tracker.expect_change().returning(|_, _| {
        Err(TrackerError::Unavailable {
            reason: "busy".to_owned(),
            retry_after: None,
        })
    });
    world.effects.expect_record().never();
    let error = change_issue(world, Action::Resolve).await.unwrap_err();
    assert!(error.is_retryable());
}

#[tokio::test]
async fn an_issue_of_another_project_is_let_be() {
    let mut world = World::following(rocket());
    world
        .commits
        .expect_find()
        .returning(|_, _| Ok(Some(logged_commit('3', "Fixes ROCKET-1A"))));
    world
        .tracker
        .expect_find()
        .times(1)
        .returning(|_| Ok(Some(issue("secret-project", IssueStatus::Unresolved))));
    change_issue(world, Action::Resolve).await.unwrap();
}
