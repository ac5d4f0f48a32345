//! Trying again over real sockets, without real waits.

use std::time::Duration;

use bitbucket_http_client::{ApiErrorCause, Repositories};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::peer::{Peer, UUID, json, rocket};

const ROCKET: &str = "/2.0/repositories/acme/rocket";

fn rate_limited() -> ResponseTemplate {
    ResponseTemplate::new(429)
        .set_body_json(json!({"type": "error", "error": {"message": "Rate limit for this resource has been exceeded"}}))
}

fn found() -> ResponseTemplate {
    json(json!({"uuid": UUID, "full_name": "acme/rocket"}))
}

#[tokio::test]
async fn trouble_that_passes_is_not_seen() {
    let peer = Peer::start().await;
    peer.once("GET", ROCKET, ResponseTemplate::new(503)).await;
    peer.once("GET", ROCKET, ResponseTemplate::new(500)).await;
    peer.on("GET", ROCKET, found()).await;

    let repository = peer.client().repository(&rocket()).await.unwrap();

    assert_eq!(repository.uuid.as_str(), UUID);
    let waits = peer.waits.taken();
    assert_eq!(waits.len(), 2);
    assert!(waits[0] >= Duration::from_millis(125) && waits[0] <= Duration::from_millis(250));
    assert!(waits[1] >= Duration::from_millis(250) && waits[1] <= Duration::from_millis(500));
}

#[tokio::test]
async fn a_short_wish_to_wait_is_obeyed() {
    let peer = Peer::start().await;
    peer.once(
        "GET",
        ROCKET,
        rate_limited().insert_header("retry-after", "3"),
    )
    .await;
    peer.on("GET", ROCKET, found()).await;

    peer.client().repository(&rocket()).await.unwrap();

    assert_eq!(peer.waits.taken(), [Duration::from_secs(3)]);
}

#[tokio::test]
async fn a_long_wish_to_wait_is_handed_on() {
    let peer = Peer::start().await;
    peer.on(
        "GET",
        ROCKET,
        rate_limited().insert_header("retry-after", "600"),
    )
    .await;

    let error = peer.client().repository(&rocket()).await.unwrap_err();

    let wait = Some(Duration::from_secs(600));
    assert_eq!(
        error.cause(),
        &ApiErrorCause::RateLimited { retry_after: wait }
    );
    assert_eq!(
        (error.retry_after(), error.attempts(), error.is_retryable()),
        (wait, 1, true)
    );
    assert_eq!(
        error.peer_message(),
        Some("Rate limit for this resource has been exceeded")
    );
    assert!(peer.waits.taken().is_empty());
}

#[tokio::test]
async fn a_rate_limit_without_a_wish_is_given_up_after_a_few_attempts() {
    let peer = Peer::start().await;
    peer.on("GET", ROCKET, rate_limited()).await;

    let error = peer.client().repository(&rocket()).await.unwrap_err();

    assert_eq!(
        (error.code(), error.attempts(), error.retry_after()),
        ("rate_limited", 3, None)
    );
    assert_eq!(peer.asked().await.len(), 3);
}

#[tokio::test]
async fn a_removed_part_of_the_api_is_asked_once() {
    let peer = Peer::start().await;
    let body = json!({
        "type": "error",
        "error": {"message": "CHANGE-2770 - Functionality has been deprecated", "detail": "See the announcement.",
                  "data": {"announcement_url": "https://developer.atlassian.com/cloud/bitbucket/changelog/#CHANGE-2770"}},
        "data": {"announcement_url": "https://developer.atlassian.com/cloud/bitbucket/changelog/#CHANGE-2770"},
    });
    peer.on(
        "GET",
        ROCKET,
        ResponseTemplate::new(410).set_body_json(body),
    )
    .await;

    let error = peer.client().repository(&rocket()).await.unwrap_err();

    let ApiErrorCause::Removed(removal) = error.cause() else {
        panic!("{error:?}")
    };
    assert_eq!(removal.change, "CHANGE-2770");
    assert_eq!(
        removal.announcement_url.as_deref(),
        Some("https://developer.atlassian.com/cloud/bitbucket/changelog/#CHANGE-2770")
    );
    assert_eq!(peer.asked().await.len(), 1);
}
