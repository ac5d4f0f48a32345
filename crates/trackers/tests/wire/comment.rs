//! Saying something on an issue.

use bitbucket_integration_provider::ports::{IssueTracker as _, TrackerError, TrackerIssue};
use serde_json::json as object;

use crate::{World, issue, json};

const ADDRESS: &str = "/api/0/organizations/acme/issues/4711/notes/";
const TEXT: &str = "Fixed by https://bitbucket.org/acme/rocket/commits/a1";

#[tokio::test]
async fn a_comment_is_posted() {
    let world = World::new().await;
    world
        .answers("POST", ADDRESS, json(201, object!({"id": "1"})))
        .await;
    assert_eq!(world.tracker.comment(&issue(), TEXT).await, Ok(()));
    assert_eq!(world.sent().await, object!({"text": TEXT}));
}

#[tokio::test]
async fn a_repeated_text_is_one_comment() {
    let world = World::new().await;
    world
        .answers(
            "POST",
            ADDRESS,
            json(
                400,
                object!({"detail": "You have already posted that comment."}),
            ),
        )
        .await;
    assert_eq!(world.tracker.comment(&issue(), TEXT).await, Ok(()));
}

#[tokio::test]
async fn a_refusal_in_other_words_counts_as_repeated_when_the_text_stands_there() {
    let world = World::new().await;
    world
        .answers("POST", ADDRESS, json(400, object!({"detail": "Duplicate"})))
        .await;
    world.answers("GET", ADDRESS, json(200, object!([{"id": "2", "data": {"text": "else"}}, {"id": "1", "data": {"text": TEXT}}]))).await;
    assert_eq!(world.tracker.comment(&issue(), TEXT).await, Ok(()));
}

#[tokio::test]
async fn any_other_refusal_is_one() {
    let world = World::new().await;
    world
        .answers(
            "POST",
            ADDRESS,
            json(400, object!({"text": ["This field may not be blank."]})),
        )
        .await;
    world.answers("GET", ADDRESS, json(200, object!([]))).await;
    let refused = TrackerError::Rejected {
        status: 400,
        reason: "text: This field may not be blank.".to_owned(),
    };
    assert_eq!(world.tracker.comment(&issue(), TEXT).await, Err(refused));
}

#[tokio::test]
async fn an_id_that_would_change_the_address_is_not_sent() {
    for id in ["", "../1", "1/2", "1?x"] {
        let world = World::new().await;
        let odd = TrackerIssue {
            id: id.to_owned(),
            ..issue()
        };
        let refused = TrackerError::Rejected {
            status: 400,
            reason: "the issue's id is none of Sentry's".to_owned(),
        };
        assert_eq!(
            world.tracker.comment(&odd, TEXT).await,
            Err(refused),
            "{id}"
        );
        world.was_not_asked().await;
    }
}
