//! When an issue is resolved.

use bitbucket_commit_resolver::Action;

use crate::ports::{Capabilities, Capability, IssueEffect, IssueStatus};
use crate::testing::{World, issue, logged_commit, release, rocket, sha};

fn released(mut world: World) -> World {
    world
        .commits
        .expect_find()
        .returning(|_, _| Ok(Some(logged_commit('3', "Mend it\n\nFixes ROCKET-1A"))));
    world
        .releases
        .expect_find()
        .returning(|_| Ok(Some(release())));
    world
        .tracker
        .expect_capabilities()
        .returning(|| Capabilities::of(&Capability::ALL));
    world
}

async fn resolve(world: World) {
    assert_eq!(
        world
            .integration()
            .resolve_issue(release().id, &sha('3'), "ROCKET-1A")
            .await
            .unwrap(),
        []
    );
}

#[tokio::test]
async fn an_open_issue_is_resolved_in_the_release() {
    let mut world = released(World::following(rocket()));
    world
        .tracker
        .expect_find()
        .returning(|_| Ok(Some(issue("rocket", IssueStatus::Unresolved))));
    world
        .tracker
        .expect_resolve_in_release()
        .times(1)
        .returning(|issue, version| {
            assert_eq!((issue.id.as_str(), version), ("4711", "rocket@1.4.0"));
            Ok(())
        });
    world.tracker.expect_comment().times(1).returning(|_, text| {
        let link = "[333333333333](https://bitbucket.org/acme/rocket/commits/3333333333333333333333333333333333333333)";
        assert_eq!(text, format!("Released in rocket@1.4.0: resolved by commit {link} in acme/rocket on branch main by Max Muster: Mend it"));
        Ok(())
    });
    world
        .effects
        .expect_record()
        .times(1)
        .returning(|repository, effect, _| {
            let done = IssueEffect {
                short_id: "ROCKET-1A".to_owned(),
                action: Action::Resolve,
                commit: sha('3'),
            };
            assert_eq!((repository, effect), (rocket().id, &done));
            Ok(())
        });
    resolve(world).await;
}

#[tokio::test]
async fn an_issue_that_the_tracker_resolved_by_itself_is_told_and_not_resolved_again() {
    let mut world = released(World::following(rocket()));
    let status = IssueStatus::Resolved {
        in_release: Some("rocket@1.4.0".to_owned()),
    };
    world
        .tracker
        .expect_find()
        .times(1)
        .returning(move |_| Ok(Some(issue("rocket", status.clone()))));
    world
        .tracker
        .expect_comment()
        .times(1)
        .returning(|_, _| Ok(()));
    resolve(world).await;
}

#[tokio::test]
async fn an_issue_of_another_project_than_the_releases_is_let_be() {
    let mut world = released(World::following(rocket()));
    world
        .tracker
        .expect_find()
        .times(1)
        .returning(|_| Ok(Some(issue("other", IssueStatus::Unresolved))));
    resolve(world).await;
}
