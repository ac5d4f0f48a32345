//! Which address answers what, and to whom.

use std::sync::atomic::Ordering;

use bitbucket_integration_provider::JobId;
use bitbucket_integration_provider::ports::{JobCounts, JobState, Page, Position};
use serde_json::json as value;
use uuid::Uuid;

use super::pages::nothing;
use super::*;
use crate::testing::store_away;

const API: [(&str, &str); 17] = [
    ("GET", "/api/v1/keys"),
    ("POST", "/api/v1/keys"),
    (
        "DELETE",
        "/api/v1/keys/0190a5c2-7e1d-7cc0-9c7a-2f0d5b6a1e11",
    ),
    ("GET", "/api/v1/deliveries"),
    ("GET", "/api/v1/references"),
    (
        "GET",
        "/api/v1/repositories/0190a5c2-7e1d-7cc0-9c7a-2f0d5b6a1e11/commits",
    ),
    ("GET", "/api/v1/jobs/0190a5c2-7e1d-7cc0-9c7a-2f0d5b6a1e11"),
    ("GET", "/api/v1/installations"),
    ("POST", "/api/v1/installations"),
    ("GET", "/api/v1/repositories"),
    ("POST", "/api/v1/repositories"),
    ("GET", "/api/v1/releases"),
    ("POST", "/api/v1/releases"),
    (
        "GET",
        "/api/v1/releases/0190a5c2-7e1d-7cc0-9c7a-2f0d5b6a1e11",
    ),
    ("GET", "/api/v1/jobs"),
    (
        "POST",
        "/api/v1/jobs/0190a5c2-7e1d-7cc0-9c7a-2f0d5b6a1e11/replay",
    ),
    ("GET", "/api/v1/status"),
];

#[tokio::test]
async fn every_address_of_the_api_needs_the_key() {
    for (method, path) in API.into_iter().chain([("GET", "/api/v1/nothing")]) {
        let without = refusal(
            routes(Mocks::new()),
            request(method, path).body(Body::empty()).unwrap(),
        )
        .await;
        assert_eq!(
            (without.0, without.1.as_str()),
            (StatusCode::UNAUTHORIZED, "api_key_missing"),
            "{method} {path}"
        );
        for wrong in [
            "Bearer the-api-kez",
            "Bearer ",
            "Bearer",
            "Basic dGhlLWFwaS1rZXk=",
            "the-api-key",
        ] {
            let asked = request(method, path)
                .header(header::AUTHORIZATION, wrong)
                .body(Body::empty())
                .unwrap();
            let refused = refusal(routes(Mocks::new()), asked).await;
            assert_eq!(
                (refused.0, refused.1.as_str()),
                (StatusCode::UNAUTHORIZED, "api_key_wrong"),
                "{method} {path} {wrong}"
            );
        }
    }
}

#[tokio::test]
async fn a_refused_key_names_the_scheme_that_is_expected() {
    let response = ask(
        routes(Mocks::new()),
        request("GET", "/api/v1/status")
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
}

#[tokio::test]
async fn unknown_addresses_are_answered_in_json() {
    for path in [
        "/",
        "/webhooks",
        "/webhooks/bitbucket",
        "/webhooks/bitbucket/a/b",
        "/admin?x=1",
    ] {
        let refused = refusal(
            routes(Mocks::new()),
            request("GET", path).body(Body::empty()).unwrap(),
        )
        .await;
        assert_eq!(
            (refused.0, refused.1.as_str()),
            (StatusCode::NOT_FOUND, "not_found"),
            "{path}"
        );
        assert!(
            !refused.2.contains("x=1"),
            "a query was shown: {}",
            refused.2
        );
    }
    let refused = refusal(
        routes(Mocks::new()),
        with_key("GET", "/api/v1/nothing")
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    assert_eq!(
        (refused.0, refused.2.as_str()),
        (StatusCode::NOT_FOUND, "there is nothing at /api/v1/nothing")
    );
}

#[tokio::test]
async fn another_method_is_answered_in_json_with_the_allowed_ones() {
    let response = ask(
        routes(Mocks::new()),
        request("GET", "/webhooks/bitbucket/connect")
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers()[header::ALLOW], "POST");
    let refused = refusal(
        routes(Mocks::new()),
        with_key("DELETE", "/api/v1/status")
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    assert_eq!(
        (refused.0, refused.1.as_str()),
        (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
    );
}

#[tokio::test]
async fn impossible_and_unknown_hooks_get_the_same_answer() {
    let mut mocks = Mocks::new();
    mocks.repositories.expect_hook().returning(|_| Ok(None));
    let unknown = request(
        "POST",
        "/webhooks/bitbucket/0190a5c2-7e1d-7cc0-9c7a-2f0d5b6a1e11",
    )
    .header("x-hub-signature", "sha256=00")
    .body(Body::from("{}"))
    .unwrap();
    let refused = refusal(routes(mocks), unknown).await;
    assert_eq!(
        (refused.0, refused.1.as_str()),
        (StatusCode::NOT_FOUND, "unknown_hook")
    );
    for id in ["not-an-id", "%ff", "..%2f"] {
        let impossible = request("POST", &format!("/webhooks/bitbucket/{id}"))
            .body(Body::from("{}"))
            .unwrap();
        let also = refusal(routes(Mocks::new()), impossible).await;
        assert_eq!(also, refused, "{id}");
    }
}

#[tokio::test]
async fn health_tells_the_process_from_its_store() {
    let live = answer(
        routes(Mocks::new()),
        request("GET", "/healthz").body(Body::empty()).unwrap(),
    )
    .await;
    assert_eq!(live, (StatusCode::OK, value!({ "status": "ok" })));
    let mut mocks = Mocks::new();
    mocks.jobs.expect_next_due().returning(|| Ok(None));
    let ready = answer(
        routes(mocks),
        request("GET", "/readyz").body(Body::empty()).unwrap(),
    )
    .await;
    assert_eq!(ready, (StatusCode::OK, value!({ "status": "ready" })));
    let mut mocks = Mocks::new();
    mocks.jobs.expect_next_due().returning(|| Err(store_away()));
    let away = refusal(
        routes(mocks),
        request("GET", "/readyz").body(Body::empty()).unwrap(),
    )
    .await;
    assert_eq!(
        away,
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "store_unavailable".to_owned(),
            "the database does not answer; the log says why".to_owned()
        )
    );
}

#[tokio::test(start_paused = true)]
async fn a_store_that_takes_no_writes_is_not_ready_and_is_tried_once_a_second() {
    let mut mocks = Mocks::new();
    mocks.jobs.expect_next_due().returning(|| Ok(None));
    let (full, tried) = (Arc::clone(&mocks.disk.full), Arc::clone(&mocks.disk.tried));
    let routes = routes(mocks);
    let asked = || request("GET", "/readyz").body(Body::empty()).unwrap();
    full.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        let refused = refusal(routes.clone(), asked()).await;
        let expected = "the database takes no writes; the log says why";
        assert_eq!(
            (refused.0, refused.2.as_str()),
            (StatusCode::SERVICE_UNAVAILABLE, expected)
        );
    }
    full.store(false, Ordering::SeqCst);
    assert_eq!(tried.load(Ordering::SeqCst), 1);
    tokio::time::advance(Duration::from_secs(1)).await;
    let ready = answer(routes, asked()).await;
    assert_eq!(ready, (StatusCode::OK, value!({ "status": "ready" })));
    assert_eq!(tried.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn status_counts_jobs_and_refused_deliveries() {
    let mut mocks = Mocks::new();
    mocks.jobs.expect_counts().returning(|| {
        Ok(JobCounts {
            ready: 1,
            running: 2,
            done: 3,
            dead: 4,
        })
    });
    mocks
        .trackers
        .expect_names()
        .returning(|| vec!["sentry".parse().unwrap()]);
    let routes = routes(mocks);
    refusal(
        routes.clone(),
        request("POST", "/webhooks/bitbucket/x")
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    refusal(
        routes.clone(),
        request("POST", "/webhooks/bitbucket/x")
            .body(Body::from("x".repeat(2000)))
            .unwrap(),
    )
    .await;
    let (status, shown) = answer(
        routes,
        with_key("GET", "/api/v1/status")
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        shown["jobs"],
        value!({ "ready": 1, "running": 2, "done": 3, "dead": 4 })
    );
    assert_eq!(shown["trackers"], value!(["sentry"]));
    assert_eq!(
        shown["deliveries"],
        value!({ "accepted": 0, "duplicate": 0, "ignored": 0, "unknown": 0, "refused": { "payload_too_large": 1, "unknown_hook": 1 } })
    );
}

#[tokio::test]
async fn jobs_are_listed_by_state_within_bounds() {
    let mut mocks = Mocks::new();
    mocks
        .listings
        .expect_jobs()
        .withf(|state, page| {
            let wanted = Page {
                after: Some(Position::new(40)),
                limit: 7,
            };
            *state == Some(JobState::Dead) && *page == wanted
        })
        .returning(|_, _| Ok(nothing()));
    let listed = answer(
        routes(mocks),
        with_key("GET", "/api/v1/jobs?state=dead&limit=7&after=40")
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    assert_eq!(listed, (StatusCode::OK, value!({ "jobs": [] })));
    for (query, reason) in [
        (
            "state=gone",
            "the query can't be read: state: unknown variant `gone`, expected one of `ready`, `running`, `done`, `dead`",
        ),
        ("limit=0", "`limit` must be 1 to 500"),
        ("limit=501", "`limit` must be 1 to 500"),
        (
            "limit=x",
            "the query can't be read: limit: invalid digit found in string",
        ),
        (
            "page=2",
            "the query can't be read: page: unknown field `page`, expected one of `state`, `limit`, `after`",
        ),
    ] {
        let asked = with_key("GET", &format!("/api/v1/jobs?{query}"))
            .body(Body::empty())
            .unwrap();
        let refused = refusal(routes(Mocks::new()), asked).await;
        assert_eq!(
            refused,
            (
                StatusCode::BAD_REQUEST,
                "invalid_query".to_owned(),
                reason.to_owned()
            )
        );
    }
}

#[tokio::test]
async fn only_a_dead_job_is_replayed() {
    let id = "0190a5c2-7e1d-7cc0-9c7a-2f0d5b6a1e11";
    let wanted = JobId::from_uuid(Uuid::parse_str(id).unwrap());
    let path = format!("/api/v1/jobs/{id}/replay");
    let mut mocks = Mocks::new();
    mocks
        .jobs
        .expect_replay()
        .withf(move |job, _| *job == wanted)
        .returning(|_, _| Ok(true));
    let replayed = answer(routes(mocks), json("POST", &path, "{}")).await;
    assert_eq!(
        replayed,
        (StatusCode::OK, value!({ "id": id, "state": "ready" }))
    );
    let mut mocks = Mocks::new();
    mocks.jobs.expect_replay().returning(|_, _| Ok(false));
    let refused = refusal(routes(mocks), json("POST", &path, "{}")).await;
    assert_eq!(
        (refused.0, refused.1.as_str()),
        (StatusCode::NOT_FOUND, "no_dead_job")
    );
}

#[tokio::test]
async fn a_store_that_is_away_is_503_everywhere_and_keeps_its_reason_to_itself() {
    let mut mocks = Mocks::new();
    let listings = &mut mocks.listings;
    listings
        .expect_installations()
        .returning(|_, _| Err(store_away()));
    listings
        .expect_repositories()
        .returning(|_, _| Err(store_away()));
    listings.expect_releases().returning(|_| Err(store_away()));
    listings.expect_jobs().returning(|_, _| Err(store_away()));
    listings
        .expect_deliveries()
        .returning(|_| Err(store_away()));
    listings
        .expect_references()
        .returning(|_, _| Err(store_away()));
    mocks.keys.expect_list().returning(|| Err(store_away()));
    mocks.jobs.expect_counts().returning(|| Err(store_away()));
    let routes = routes(mocks);
    for path in [
        "installations",
        "repositories",
        "releases",
        "jobs",
        "deliveries",
        "references",
        "keys",
        "status",
    ] {
        let refused = refusal(
            routes.clone(),
            with_key("GET", &format!("/api/v1/{path}"))
                .body(Body::empty())
                .unwrap(),
        )
        .await;
        assert_eq!(
            refused,
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "store_unavailable".to_owned(),
                "the store is not available".to_owned()
            ),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_handler_that_panics_is_a_500_without_its_reason() {
    let mut mocks = Mocks::new();
    mocks
        .jobs
        .expect_counts()
        .returning(|| panic!("a secret thing"));
    let refused = refusal(
        routes(mocks),
        with_key("GET", "/api/v1/status")
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    assert_eq!(
        (refused.0, refused.1.as_str()),
        (StatusCode::INTERNAL_SERVER_ERROR, "internal_error")
    );
    assert!(!refused.2.contains("secret"));
}
