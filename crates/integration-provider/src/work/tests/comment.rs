//! What is said on an issue.

use crate::ports::{
    Capabilities, Capability, IssueStatus, LoggedCommit, ProjectSlug, TrackedRepository,
    TrackerIssue,
};
use crate::testing::{World, issue, logged_commit, rocket, sha};

fn named(mut world: World, commit: LoggedCommit) -> World {
    world
        .commits
        .expect_find()
        .returning(move |_, _| Ok(Some(commit.clone())));
    world
        .tracker
        .expect_capabilities()
        .returning(|| Capabilities::of(&Capability::ALL));
    world
}

async fn comment(world: World) {
    let follow_ups = world
        .integration()
        .comment_on_issue(rocket().id, &sha('3'), "ROCKET-1A")
        .await
        .unwrap();
    assert_eq!(follow_ups, []);
}

#[tokio::test]
async fn an_issue_is_told_who_named_it_where() {
    let mut world = named(
        World::following(rocket()),
        logged_commit('3', "Mend the fuel gauge\n\nFixes ROCKET-1A"),
    );
    world
        .tracker
        .expect_find()
        .returning(|_| Ok(Some(issue("rocket", IssueStatus::Unresolved))));
    world.tracker.expect_comment().times(1).returning(|_, text| {
        let link = "[333333333333](https://bitbucket.org/acme/rocket/commits/3333333333333333333333333333333333333333)";
        assert_eq!(text, format!("Named by commit {link} in acme/rocket on branch main by Max Muster: Mend the fuel gauge"));
        Ok(())
    });
    comment(world).await;
}

#[tokio::test]
async fn a_long_subject_is_cut_between_characters() {
    let mut world = named(
        World::following(rocket()),
        logged_commit('3', &"ü".repeat(300)),
    );
    world
        .tracker
        .expect_find()
        .returning(|_| Ok(Some(issue("rocket", IssueStatus::Unresolved))));
    world
        .tracker
        .expect_comment()
        .times(1)
        .returning(|_, text| {
            assert!(text.ends_with(&format!(": {}…", "ü".repeat(200))), "{text}");
            Ok(())
        });
    comment(world).await;
}

#[tokio::test]
async fn an_unknown_issue_is_let_be() {
    let mut world = named(
        World::following(rocket()),
        logged_commit('3', "Fixes ROCKET-1A"),
    );
    world.tracker.expect_find().times(1).returning(|_| Ok(None));
    comment(world).await;
}

#[tokio::test]
async fn an_issue_of_a_project_that_is_not_the_repositorys_is_let_be() {
    let mut world = named(
        World::following(rocket()),
        logged_commit('3', "Fixes ROCKET-1A"),
    );
    world
        .tracker
        .expect_find()
        .times(1)
        .returning(|_| Ok(Some(issue("secret-project", IssueStatus::Unresolved))));
    comment(world).await;
}

#[tokio::test]
async fn a_repository_without_projects_may_name_any_issue() {
    let open = TrackedRepository {
        projects: vec![],
        ..rocket()
    };
    let mut world = named(
        World::following(open),
        logged_commit('3', "Fixes ROCKET-1A"),
    );
    world.tracker.expect_find().returning(|_| {
        Ok(Some(TrackerIssue {
            project: ProjectSlug::parse("any").unwrap(),
            ..issue("x", IssueStatus::Unresolved)
        }))
    });
    world
        .tracker
        .expect_comment()
        .times(1)
        .returning(|_, _| Ok(()));
    comment(world).await;
}

#[tokio::test]
async fn a_tracker_without_comments_is_not_asked() {
    let mut world = World::following(rocket());
    world
        .tracker
        .expect_capabilities()
        .returning(|| Capabilities::of(&[Capability::Find]));
    comment(world).await;
}
