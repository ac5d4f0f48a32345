//! What a scrape shows.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use bitbucket_http_client::{PublicOnly, Transport, TransportError};
use bitbucket_integration_provider::ports::JobCounts;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use super::*;
use crate::config::HttpUrl;
use crate::testing::{Mocks, now, store_away};

/// What `GET /metrics` answers, without the lines of buckets.
async fn scrape(metrics: &Arc<Metrics>, mocks: Mocks) -> String {
    let routes = router(Arc::clone(metrics), mocks.integration());
    let asked = Request::get("/metrics").body(Body::empty()).unwrap();
    let answer = routes.oneshot(asked).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(
        answer.headers()["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

fn idle() -> Mocks {
    let mut mocks = Mocks::new();
    mocks
        .jobs
        .expect_counts()
        .returning(|| Ok(JobCounts::default()));
    mocks.jobs.expect_next_due().returning(|| Ok(None));
    mocks
}

#[track_caller]
fn shows(text: &str, line: &str) {
    assert!(
        text.lines().any(|one| one == line),
        "no `{line}` in\n{text}"
    );
}

#[tokio::test]
async fn deliveries_are_counted_by_handled_event_and_outcome() {
    let metrics = Arc::new(Metrics::new());
    metrics.delivery("repo:push", "accepted");
    metrics.delivery("repo:push", "accepted");
    metrics.delivery("x\"} 1\nforged 9", "bad_signature");
    metrics.delivery("another invention", "bad_signature");
    let text = scrape(&metrics, idle()).await;
    shows(
        &text,
        r#"bitbucket_integration_deliveries_total{event="repo:push",outcome="accepted"} 2"#,
    );
    shows(
        &text,
        r#"bitbucket_integration_deliveries_total{event="other",outcome="bad_signature"} 2"#,
    );
    assert!(!text.contains("forged"), "{text}");
}

#[tokio::test]
async fn the_queue_is_shown_with_its_age() {
    let mut mocks = Mocks::new();
    mocks.jobs.expect_counts().returning(|| {
        Ok(JobCounts {
            ready: 3,
            running: 2,
            done: 70,
            dead: 1,
        })
    });
    let due = now() - jiff::SignedDuration::from_secs(90);
    mocks
        .jobs
        .expect_next_due()
        .returning(move || Ok(Some(due)));
    let text = scrape(&Arc::new(Metrics::new()), mocks).await;
    for line in [
        r#"bitbucket_integration_jobs{state="ready"} 3"#,
        r#"bitbucket_integration_jobs{state="dead"} 1"#,
        "bitbucket_integration_queue_overdue_seconds 90.0",
        "bitbucket_integration_store_up 1",
    ] {
        shows(&text, line);
    }
}

#[tokio::test]
async fn a_store_that_is_away_is_said_and_the_rest_is_shown() {
    let mut mocks = Mocks::new();
    mocks.jobs.expect_counts().returning(|| Err(store_away()));
    let metrics = Arc::new(Metrics::new());
    metrics.ended(Operation::Change, false, Duration::from_millis(3));
    let text = scrape(&metrics, mocks).await;
    shows(&text, "bitbucket_integration_store_up 0");
    shows(
        &text,
        r#"bitbucket_integration_store_operation_seconds_count{operation="change",outcome="failed"} 1"#,
    );
}

#[tokio::test]
async fn requests_and_jobs_are_timed() {
    let metrics = Arc::new(Metrics::new());
    metrics.request("BREW", "none", 404, Duration::from_millis(2));
    let settled = Settled::Completed { follow_ups: 0 };
    metrics.job("process_delivery", &settled, Duration::from_millis(20));
    let text = scrape(&metrics, idle()).await;
    shows(
        &text,
        r#"bitbucket_integration_http_request_seconds_count{method="other",route="none",status="404"} 1"#,
    );
    shows(
        &text,
        r#"bitbucket_integration_job_seconds_bucket{kind="process_delivery",outcome="completed",le="0.01"} 0"#,
    );
    shows(
        &text,
        r#"bitbucket_integration_job_seconds_bucket{kind="process_delivery",outcome="completed",le="0.025"} 1"#,
    );
}

/// Answers everything with 200 and says whether it was kept to public addresses.
struct Peers;

#[async_trait]
impl Transport for Peers {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let public_only = request.extensions().get::<PublicOnly>().is_some();
        let near = request.uri().path().ends_with("/user");
        let answer = Response::builder()
            .header("X-RateLimit-NearLimit", near.to_string())
            .body(Bytes::from(public_only.to_string()));
        Ok(answer.unwrap())
    }
}

#[tokio::test]
async fn calls_are_told_apart_by_template_and_strangers_are_kept_to_public_addresses() {
    let metrics = Arc::new(Metrics::new());
    let peer = |name: &str, url| Peer::new(name, &HttpUrl::parse(url).unwrap()).unwrap();
    let peers = vec![
        peer("bitbucket", "https://api.bitbucket.org"),
        peer("sentry", "http://10.0.0.7:9000/sentry"),
    ];
    let transport = Counted::new(Peers, peers, Arc::clone(&metrics));
    for (url, public_only) in [
        (
            "https://api.bitbucket.org/2.0/repositories/acme/rocket",
            false,
        ),
        ("https://API.bitbucket.org:443/2.0/user", false),
        (
            "http://10.0.0.7:9000/sentry/api/0/organizations/acme/issues/17/",
            false,
        ),
        ("http://api.bitbucket.org/2.0/user", true),
        ("https://api.bitbucket.org:8443/2.0/user", true),
        ("http://169.254.169.254/latest/meta-data", true),
    ] {
        let request = Request::get(url).body(Bytes::new()).unwrap();
        let answer = transport.send(request).await.unwrap();
        assert_eq!(answer.body(), &public_only.to_string(), "{url}");
    }
    let text = scrape(&metrics, idle()).await;
    for line in [
        r#"bitbucket_integration_call_seconds_count{peer="bitbucket",method="GET",template="/2.0/repositories/{workspace}/{repo_slug}",status="200"} 1"#,
        r#"bitbucket_integration_call_seconds_count{peer="sentry",method="GET",template="/api/0/organizations/{}/issues/{}/",status="200"} 1"#,
        r#"bitbucket_integration_call_seconds_count{peer="other",method="GET",template="other",status="200"} 3"#,
        r#"bitbucket_integration_calls_near_limit_total{peer="bitbucket"} 1"#,
    ] {
        shows(&text, line);
    }
}
