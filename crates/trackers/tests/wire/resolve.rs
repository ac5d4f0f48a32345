//! Marking an issue as resolved in a release.

use bitbucket_integration_provider::ports::{IssueTracker as _, TrackerError};
use serde_json::json as object;

use crate::{World, issue, json};

const ADDRESS: &str = "/api/0/organizations/acme/issues/4711/";

#[tokio::test]
async fn an_issue_is_resolved_in_a_release() {
    let world = World::new().await;
    world
        .answers(
            "PUT",
            ADDRESS,
            json(200, object!({"id": "4711", "status": "resolved"})),
        )
        .await;
    assert_eq!(
        world
            .tracker
            .resolve_in_release(&issue(), "rocket@1.4.0")
            .await,
        Ok(())
    );
    assert_eq!(
        world.sent().await,
        object!({"status": "resolved", "statusDetails": {"inRelease": "rocket@1.4.0"}})
    );
}

#[tokio::test]
async fn a_release_that_the_project_does_not_have_is_refused_with_the_trackers_words() {
    let world = World::new().await;
    let answer = object!({"statusDetails": {"inRelease": ["Unable to find a release with the given version."]}});
    world.answers("PUT", ADDRESS, json(400, answer)).await;
    let reason =
        "statusDetails: inRelease: Unable to find a release with the given version.".to_owned();
    let refused = Err(TrackerError::Rejected {
        status: 400,
        reason,
    });
    assert_eq!(
        world
            .tracker
            .resolve_in_release(&issue(), "rocket@1.4.0")
            .await,
        refused
    );
}

#[tokio::test]
async fn the_newest_release_is_never_meant() {
    let world = World::new().await;
    let reason = "a release's version is not `.`, `..` or `latest`".to_owned();
    assert_eq!(
        world.tracker.resolve_in_release(&issue(), "latest").await,
        Err(TrackerError::Rejected {
            status: 400,
            reason
        })
    );
    world.was_not_asked().await;
}

#[tokio::test]
async fn an_issue_that_is_gone_is_not_found() {
    let world = World::new().await;
    world
        .answers(
            "PUT",
            ADDRESS,
            json(
                404,
                object!({"detail": "The requested resource does not exist"}),
            ),
        )
        .await;
    let gone = TrackerError::NotFound {
        what: "the issue".to_owned(),
    };
    assert_eq!(
        world
            .tracker
            .resolve_in_release(&issue(), "rocket@1.4.0")
            .await,
        Err(gone)
    );
}
