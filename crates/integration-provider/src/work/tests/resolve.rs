//! When an issue is resolved.

use crate::ports::{Capabilities, Capability, IssueStatus};
use crate::testing::{World, issue, release, rocket};

fn released(mut world: World) -> World {
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
            .resolve_issue(release().id, "ROCKET-1A")
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
    resolve(world).await;
}

#[tokio::test]
async fn an_issue_that_the_tracker_resolved_by_itself_is_let_be() {
    let mut world = released(World::following(rocket()));
    let status = IssueStatus::Resolved {
        in_release: Some("rocket@1.4.0".to_owned()),
    };
    world
        .tracker
        .expect_find()
        .times(1)
        .returning(move |_| Ok(Some(issue("rocket", status.clone()))));
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
