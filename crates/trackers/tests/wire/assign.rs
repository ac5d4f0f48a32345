//! Assigning an issue to a person.

use bitbucket_integration_provider::ports::{IssueTracker as _, TrackerError};
use serde_json::json as object;

use crate::{World, issue, json, page};

const ADDRESS: &str = "/api/0/organizations/acme/issues/4711/";
const ADA: &str = "ada@acme.example";

#[tokio::test]
async fn an_issue_is_assigned_by_address_and_nothing_else_is_changed() {
    let world = World::new().await;
    let answer = object!({"id": "4711", "assignedTo": {"type": "user", "email": ADA}});
    world.answers("PUT", ADDRESS, json(200, answer)).await;
    assert_eq!(world.tracker.assign(&issue(), ADA).await, Ok(true));
    assert_eq!(world.sent().await, object!({"assignedTo": ADA}));
}

#[tokio::test]
async fn whom_the_tracker_does_not_know_it_does_not_get() {
    let world = World::new().await;
    let answer = object!({"assignedTo": ["No such member."]});
    world.answers("PUT", ADDRESS, json(400, answer)).await;
    assert_eq!(world.tracker.assign(&issue(), ADA).await, Ok(false));
}

#[tokio::test]
async fn what_else_goes_wrong_is_an_error() {
    for (answer, code) in [
        (page(400), "tracker_rejected"),
        (json(403, object!({"detail": "no"})), "tracker_unauthorized"),
        (json(404, object!({"detail": "no"})), "tracker_not_found"),
        (json(503, object!({"detail": "no"})), "tracker_unavailable"),
    ] {
        let world = World::new().await;
        world.answers("PUT", ADDRESS, answer).await;
        let failed = world.tracker.assign(&issue(), ADA).await.unwrap_err();
        assert_eq!(failed.code(), code, "{failed}");
    }
}

#[tokio::test]
async fn a_team_or_a_number_is_never_sent() {
    for odd in ["team:7", "user:21", "team:ada@acme.example", "21", ""] {
        let world = World::new().await;
        let refused = TrackerError::Rejected {
            status: 400,
            reason: "not an e-mail address".to_owned(),
        };
        assert_eq!(
            world.tracker.assign(&issue(), odd).await,
            Err(refused),
            "{odd}"
        );
        world.was_not_asked().await;
    }
}
