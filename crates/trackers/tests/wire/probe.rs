//! Whether the tracker is there and takes our token.

use bitbucket_integration_provider::ports::{IssueTracker as _, TrackerError};
use serde_json::json as object;

use crate::{World, json, page, tracker_at};

const ADDRESS: &str = "/api/0/organizations/acme/";

#[tokio::test]
async fn an_organization_that_can_be_read_is_enough() {
    let world = World::new().await;
    world
        .answers(
            "GET",
            ADDRESS,
            json(
                200,
                object!({"slug": "acme", "links": {"regionUrl": "https://de.sentry.io"}}),
            ),
        )
        .await;
    assert_eq!(world.tracker.probe().await, Ok(()));
}

#[tokio::test]
async fn a_path_prefix_is_kept() {
    let world = World::new().await;
    world
        .answers(
            "GET",
            "/sentry/api/0/organizations/acme/",
            json(200, object!({})),
        )
        .await;
    assert_eq!(
        tracker_at(&format!("{}/sentry/", world.server.uri()))
            .probe()
            .await,
        Ok(())
    );
}

#[tokio::test]
async fn an_unknown_organization_is_named() {
    let world = World::new().await;
    world
        .answers(
            "GET",
            ADDRESS,
            json(
                404,
                object!({"detail": "The requested resource does not exist"}),
            ),
        )
        .await;
    assert_eq!(
        world.tracker.probe().await,
        Err(TrackerError::NotFound {
            what: "the organization acme".to_owned()
        })
    );
}

#[tokio::test]
async fn a_page_is_not_taken_for_an_organization() {
    let world = World::new().await;
    world.answers("GET", ADDRESS, page(200)).await;
    let unreadable = TrackerError::Unreadable {
        reason: "not the expected JSON at line 1 column 1 of 24 bytes".to_owned(),
    };
    assert_eq!(world.tracker.probe().await, Err(unreadable));
}
