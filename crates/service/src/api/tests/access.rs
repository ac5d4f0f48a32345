//! Who may do what, with which key, how often.

use bitbucket_integration_provider::ApiKeyId;
use bitbucket_integration_provider::ports::{ApiKeyRecord, ApiScope};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::pages::nothing;
use super::*;
use crate::api::access::key_digest;

const ID: &str = "0190a5c2-7e1d-7cc0-9c7a-2f0d5b6a1e11";

fn made_key() -> String {
    format!("bbi_{}", "0f".repeat(32))
}

fn record(scope: ApiScope, now: Timestamp) -> ApiKeyRecord {
    ApiKeyRecord {
        id: ApiKeyId::from_uuid(Uuid::parse_str(ID).unwrap()),
        name: "pipelines".to_owned(),
        scope,
        created_at: now,
        expires_at: None,
        revoked_at: None,
    }
}

/// Mocks that know one key.
fn knowing(change: impl Fn(&mut ApiKeyRecord)) -> Mocks {
    let mut mocks = Mocks::new();
    let mut known = record(ApiScope::Read, crate::testing::now());
    change(&mut known);
    let digest = key_digest(&made_key());
    mocks
        .keys
        .expect_by_digest()
        .returning(move |offered| Ok((*offered == digest).then(|| known.clone())));
    mocks
}

fn asking(method: &str, path: &str, key: &str) -> Request<Body> {
    request(method, path)
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from("{"))
        .unwrap()
}

/// Each address with the least scope that opens it.
#[tokio::test]
async fn every_address_needs_its_scope_and_no_more() {
    let cases = [
        ("GET", "/installations", ApiScope::Read),
        ("POST", "/installations", ApiScope::Admin),
        ("DELETE", "/installations/x", ApiScope::Admin),
        ("GET", "/installations/x/repositories", ApiScope::Read),
        ("POST", "/installations/x/sync", ApiScope::Admin),
        ("GET", "/providers", ApiScope::Read),
        ("GET", "/repositories", ApiScope::Read),
        ("POST", "/repositories", ApiScope::Admin),
        ("DELETE", "/repositories/x", ApiScope::Admin),
        ("POST", "/repositories/x/rotate", ApiScope::Admin),
        ("GET", "/repositories/x/commits", ApiScope::Read),
        ("GET", "/releases", ApiScope::Read),
        ("GET", "/releases/x", ApiScope::Read),
        ("POST", "/releases", ApiScope::Write),
        ("POST", "/releases/x/deploys", ApiScope::Write),
        ("POST", "/repositories/x/mappings", ApiScope::Admin),
        ("GET", "/source/link", ApiScope::Read),
        ("GET", "/jobs", ApiScope::Read),
        ("GET", "/jobs/x", ApiScope::Read),
        ("POST", "/jobs/x/replay", ApiScope::Write),
        ("POST", "/jobs/purge", ApiScope::Admin),
        ("GET", "/deliveries", ApiScope::Read),
        ("GET", "/references", ApiScope::Read),
        ("GET", "/status", ApiScope::Read),
        ("GET", "/keys", ApiScope::Admin),
        ("POST", "/keys", ApiScope::Admin),
        ("DELETE", "/keys/x", ApiScope::Admin),
    ];
    for (method, path, needed) in cases {
        for scope in [ApiScope::Read, ApiScope::Write, ApiScope::Admin] {
            let mut mocks = knowing(|key| key.scope = scope);
            let listings = &mut mocks.listings;
            listings.expect_installations().returning(|_, _| Ok(vec![]));
            listings.expect_repositories().returning(|_, _| Ok(vec![]));
            listings.expect_releases().returning(|_| Ok(nothing()));
            listings.expect_jobs().returning(|_, _| Ok(nothing()));
            listings.expect_deliveries().returning(|_| Ok(nothing()));
            listings.expect_references().returning(|_, _| Ok(nothing()));
            mocks.keys.expect_list().returning(|| Ok(vec![]));
            mocks
                .jobs
                .expect_counts()
                .returning(|| Ok(Default::default()));
            mocks.trackers.expect_names().returning(Vec::new);
            let path = format!("/api/v1{path}");
            let response = ask(routes(mocks), asking(method, &path, &made_key())).await;
            let refused = response.status() == StatusCode::FORBIDDEN;
            assert_eq!(refused, scope < needed, "{method} {path} with {scope:?}");
            assert_ne!(response.status(), StatusCode::UNAUTHORIZED);
            if refused {
                let challenge = response.headers()[header::WWW_AUTHENTICATE]
                    .to_str()
                    .unwrap();
                let expected = format!(
                    "Bearer error=\"insufficient_scope\", scope=\"{}\"",
                    needed.as_str()
                );
                assert_eq!(challenge, expected, "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn a_key_that_is_unknown_expired_or_revoked_opens_nothing() {
    let now = crate::testing::now();
    let path = "/api/v1/status";
    let unknown = format!("bbi_{}", "1f".repeat(32));
    let asked = asking("GET", path, &unknown);
    let refused = refusal(routes(knowing(|_| {})), asked).await;
    assert_eq!(refused.1, "api_key_wrong");
    let expired = knowing(|key| key.expires_at = Some(now));
    let refused = refusal(routes(expired), asking("GET", path, &made_key())).await;
    assert_eq!(
        refused,
        (
            StatusCode::UNAUTHORIZED,
            "api_key_expired".to_owned(),
            format!("this API key expired at {now:.0}")
        )
    );
    let revoked = knowing(|key| key.revoked_at = Some(now));
    let refused = refusal(routes(revoked), asking("GET", path, &made_key())).await;
    assert_eq!(
        (refused.0, refused.1.as_str()),
        (StatusCode::UNAUTHORIZED, "api_key_revoked")
    );
}

#[tokio::test]
async fn a_key_that_expires_later_still_opens() {
    let later = crate::testing::now() + SignedDuration::from_millis(1);
    let mut mocks = knowing(|key| key.expires_at = Some(later));
    let listings = &mut mocks.listings;
    listings.expect_deliveries().returning(|_| Ok(nothing()));
    let asked = asking("GET", "/api/v1/deliveries", &made_key());
    assert_eq!(ask(routes(mocks), asked).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_made_key_is_shown_once_and_only_its_digest_is_kept() {
    let kept = Arc::new(std::sync::Mutex::new(Vec::new()));
    let mut mocks = Mocks::new();
    let seen = Arc::clone(&kept);
    mocks.keys.expect_add().returning(move |record, digest| {
        seen.lock().unwrap().push((record.clone(), *digest));
        Ok(())
    });
    let body = r#"{"name":"pipelines","scope":"write","expires_in_days":90}"#;
    let (status, made) = answer(routes(mocks), json("POST", "/api/v1/keys", body)).await;
    assert_eq!(status, StatusCode::CREATED);
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("bbi_") && key.len() == 68, "{key}");
    let kept = kept.lock().unwrap();
    let (record, digest) = &kept[0];
    assert_eq!(*digest, key_digest(key));
    assert_eq!(
        (record.name.as_str(), record.scope),
        ("pipelines", ApiScope::Write)
    );
    assert_eq!(
        record.expires_at,
        Some(crate::testing::now() + SignedDuration::from_hours(90 * 24))
    );
    assert_eq!(made["state"], "active");
}

#[tokio::test]
async fn a_key_needs_a_name_and_a_life_that_can_be() {
    let long = format!(r#"{{"name":"{}","scope":"read"}}"#, "x".repeat(101));
    for body in [
        r#"{"name":"","scope":"read"}"#,
        r#"{"name":"a\nb","scope":"read"}"#,
        &long,
        r#"{"name":"x","scope":"read","expires_in_days":0}"#,
        r#"{"name":"x","scope":"read","expires_in_days":4294967295}"#,
    ] {
        let refused = refusal(routes(Mocks::new()), json("POST", "/api/v1/keys", body)).await;
        assert_eq!(
            (refused.0, refused.1.as_str()),
            (StatusCode::BAD_REQUEST, "invalid_field"),
            "{body}"
        );
    }
}

#[tokio::test]
async fn revoking_says_when_and_an_unknown_key_is_404() {
    let now = crate::testing::now();
    let mut mocks = Mocks::new();
    mocks.keys.expect_revoke().returning(move |_, at| {
        let mut key = record(ApiScope::Read, now);
        key.revoked_at = Some(at);
        Ok(Some(key))
    });
    let path = format!("/api/v1/keys/{ID}");
    let (_, shown) = answer(routes(mocks), json("DELETE", &path, "")).await;
    assert_eq!(
        (&shown["state"], &shown["revoked_at"]),
        (&"revoked".into(), &now.to_string().into())
    );
    let mut mocks = Mocks::new();
    mocks.keys.expect_revoke().returning(|_, _| Ok(None));
    let refused = refusal(routes(mocks), json("DELETE", &path, "")).await;
    assert_eq!(refused.0, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_asks_too_often_is_told_when_to_come_back() {
    let mut mocks = Mocks::new();
    let listings = &mut mocks.listings;
    listings.expect_deliveries().returning(|_| Ok(nothing()));
    let routes = routes_at(mocks, LIMITS, Duration::from_secs(30), 2);
    let asked = || {
        with_key("GET", "/api/v1/deliveries")
            .body(Body::empty())
            .unwrap()
    };
    for _ in 0..2 {
        assert_eq!(ask(routes.clone(), asked()).await.status(), StatusCode::OK);
    }
    let response = ask(routes.clone(), asked()).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()[header::RETRY_AFTER], "31");
    let refused = refusal(routes.clone(), asked()).await;
    assert_eq!(refused.1, "rate_limited");
    tokio::time::advance(Duration::from_secs(31)).await;
    assert_eq!(ask(routes, asked()).await.status(), StatusCode::OK);
}
