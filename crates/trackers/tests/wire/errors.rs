//! What an answer without success means, whatever was asked, and what it must not show.

use std::sync::Arc;
use std::time::Duration;

use bitbucket_http_client::policy::{Jitter, Retry, RetryPolicy, TokioWait};
use bitbucket_integration_provider::ports::{IssueTracker as _, TrackerError};
use serde_json::json as object;
use wiremock::ResponseTemplate;

use crate::{TOKEN, World, json, page, request, tracker_at};

const ADDRESS: &str = "/api/0/organizations/acme/";

async fn probed(answer: ResponseTemplate) -> TrackerError {
    let world = World::new().await;
    world.answers("GET", ADDRESS, answer).await;
    world.tracker.probe().await.unwrap_err()
}

fn unavailable(reason: &str, retry_after: Option<u64>) -> TrackerError {
    TrackerError::Unavailable {
        reason: reason.to_owned(),
        retry_after: retry_after.map(Duration::from_secs),
    }
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_said_so() {
    let error = probed(json(401, object!({"detail": "Invalid token"}))).await;
    assert_eq!(
        error,
        TrackerError::Unauthorized {
            reason: "HTTP 401: Invalid token".to_owned()
        }
    );
    let error = probed(json(
        403,
        object!({"detail": "You do not have permission to perform this action."}),
    ))
    .await;
    assert_eq!(
        error,
        TrackerError::Unauthorized {
            reason: "HTTP 403: You do not have permission to perform this action.".to_owned()
        }
    );
}

#[tokio::test]
async fn an_outage_can_be_waited_for() {
    assert_eq!(
        probed(page(502)).await,
        unavailable("HTTP 502: <html><h1>No</h1></html>", None)
    );
    let busy = ResponseTemplate::new(503).insert_header("retry-after", "120");
    assert_eq!(
        probed(busy).await,
        unavailable("HTTP 503: no message", Some(120))
    );
    let busy =
        ResponseTemplate::new(503).insert_header("retry-after", "Sun, 01 Mar 2026 12:00:30 GMT");
    assert_eq!(
        probed(busy).await,
        unavailable("HTTP 503: no message", Some(30))
    );
}

#[tokio::test]
async fn a_rate_limit_ends_when_sentry_says() {
    let limited = |reset: &str| {
        json(429, object!({"detail": "Slow down"}))
            .insert_header("x-sentry-rate-limit-reset", reset)
    };
    assert_eq!(
        probed(limited("1772366407")).await,
        unavailable("HTTP 429: Slow down", Some(7))
    );
    assert_eq!(
        probed(limited("1")).await,
        unavailable("HTTP 429: Slow down", Some(0))
    );
    assert_eq!(
        probed(limited("99999999999")).await,
        unavailable("HTTP 429: Slow down", Some(3600)),
        "an hour at most is believed"
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let world = World::new().await;
    world
        .answers(
            "GET",
            ADDRESS,
            ResponseTemplate::new(302)
                .insert_header("location", format!("{}/elsewhere", world.server.uri())),
        )
        .await;
    let expected = TrackerError::Rejected {
        status: 302,
        reason: "it redirects elsewhere; correct the tracker's address".to_owned(),
    };
    assert_eq!(world.tracker.probe().await, Err(expected));
    assert_eq!(world.server.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_answer_without_end_is_not_read() {
    let huge = ResponseTemplate::new(200).set_body_bytes(vec![b' '; 8 * 1024 * 1024 + 1]);
    assert_eq!(
        probed(huge).await,
        TrackerError::Unreadable {
            reason: "longer than 8388608 bytes".to_owned()
        }
    );
}

#[tokio::test]
async fn a_peer_that_is_not_there_can_be_waited_for() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let error = tracker_at(&format!("http://{closed}"))
        .probe()
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            TrackerError::Unavailable {
                retry_after: None,
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn the_token_is_in_no_error_and_no_debug_output() {
    let world = World::new().await;
    let echo = object!({"detail": format!("unknown token Bearer {TOKEN}")});
    world.answers("GET", ADDRESS, json(401, echo)).await;
    let error = world.tracker.probe().await.unwrap_err();
    assert_eq!(
        error,
        TrackerError::Unauthorized {
            reason: "HTTP 401: unknown token Bearer [token]".to_owned()
        }
    );
    let shown = format!("{:?}", world.tracker);
    assert!(!shown.contains(TOKEN) && shown.contains("acme"), "{shown}");
}

#[tokio::test]
async fn quick_repeats_can_be_asked_for() {
    let world = World::new().await;
    request("GET", ADDRESS)
        .respond_with(page(503))
        .up_to_n_times(1)
        .mount(&world.server)
        .await;
    world
        .answers("GET", ADDRESS, json(200, object!({"slug": "acme"})))
        .await;
    let twice = RetryPolicy {
        attempts: 2,
        first_wait: Duration::ZERO,
        longest_wait: Duration::ZERO,
    };
    let retry = Retry::new(twice, Arc::new(TokioWait), Jitter::seeded(0));
    assert_eq!(world.tracker.with_retry(retry).probe().await, Ok(()));
}
