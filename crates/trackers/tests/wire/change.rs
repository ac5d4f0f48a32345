//! Changing an issue's status.

use bitbucket_integration_provider::ports::{IssueChange, IssueTracker as _, TrackerError};
use serde_json::json as object;

use crate::{World, issue, json};

const ADDRESS: &str = "/api/0/organizations/acme/issues/4711/";

#[tokio::test]
async fn each_change_is_the_status_that_sentry_calls_it() {
    for (change, status) in [
        (IssueChange::Resolve, "resolved"),
        (IssueChange::Reopen, "unresolved"),
        (IssueChange::Archive, "ignored"),
    ] {
        let world = World::new().await;
        let answer = json(200, object!({"id": "4711", "status": status}));
        world.answers("PUT", ADDRESS, answer).await;
        assert_eq!(world.tracker.change(&issue(), change).await, Ok(()));
        assert_eq!(world.sent().await, object!({"status": status}));
    }
}

#[tokio::test]
async fn an_issue_that_is_gone_is_not_found() {
    let world = World::new().await;
    let answer = object!({"detail": "The requested resource does not exist"});
    world.answers("PUT", ADDRESS, json(404, answer)).await;
    let gone = TrackerError::NotFound {
        what: "the issue".to_owned(),
    };
    assert_eq!(
        world.tracker.change(&issue(), IssueChange::Reopen).await,
        Err(gone)
    );
}
