//! Bodies and answers that are too large, too slow or not what is expected.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::StreamBody;
use hyper::body::Frame;
use tokio::sync::mpsc;

use super::*;

const RELEASES: &str = "/api/v1/releases";

#[tokio::test]
async fn a_body_above_the_limit_is_413() {
    for path in ["/webhooks/bitbucket/x", "/webhooks/bitbucket/connect"] {
        let asked = request("POST", path)
            .body(Body::from("x".repeat(1001)))
            .unwrap();
        let refused = refusal(routes(Mocks::new()), asked).await;
        assert_eq!(
            refused,
            (
                StatusCode::PAYLOAD_TOO_LARGE,
                "payload_too_large".to_owned(),
                "the request body is larger than 1000 bytes".to_owned()
            )
        );
    }
    let refused = refusal(
        routes(Mocks::new()),
        json("POST", RELEASES, &"x".repeat(1001)),
    )
    .await;
    assert_eq!(refused.0, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_read() {
    let asked = request("POST", "/webhooks/bitbucket/x")
        .body(Body::from("x".repeat(1000)))
        .unwrap();
    assert_eq!(
        refusal(routes(Mocks::new()), asked).await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn an_announced_body_that_waits_for_us_is_refused_before_it_comes() {
    let asked = request("POST", "/webhooks/bitbucket/x")
        .header(header::EXPECT, "100-continue")
        .body(Body::from("x".repeat(1001)))
        .unwrap();
    assert_eq!(
        refusal(routes(Mocks::new()), asked).await.0,
        StatusCode::PAYLOAD_TOO_LARGE
    );
}

/// A body whose end never comes.
fn endless() -> (mpsc::Sender<Result<Frame<Bytes>, Infallible>>, Body) {
    let (sender, mut receiver) = mpsc::channel(1);
    let stream = futures_util::stream::poll_fn(move |context| receiver.poll_recv(context));
    (sender, Body::new(StreamBody::new(stream)))
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_end_is_408() {
    let (sender, body) = endless();
    sender
        .send(Ok(Frame::data(Bytes::from_static(b"{"))))
        .await
        .unwrap();
    let asked = request("POST", "/webhooks/bitbucket/x").body(body).unwrap();
    let refused = refusal(routes(Mocks::new()), asked).await;
    assert_eq!(
        refused,
        (
            StatusCode::REQUEST_TIMEOUT,
            "body_timeout".to_owned(),
            "the request body did not arrive within 5 s".to_owned()
        )
    );
    drop(sender);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_takes_too_long_is_503() {
    let (sender, body) = endless();
    let routes = routes_within(
        Mocks::new(),
        BodyLimits {
            time: Duration::from_secs(60),
            ..LIMITS
        },
        Duration::from_secs(2),
    );
    let refused = refusal(
        routes,
        request("POST", "/webhooks/bitbucket/x").body(body).unwrap(),
    )
    .await;
    assert_eq!(
        (refused.0, refused.1.as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "request_timeout")
    );
    drop(sender);
}

#[tokio::test]
async fn json_that_cant_be_read_is_told_with_field_line_and_column() {
    for (body, reason) in [
        (
            "{\n  \"version\": ",
            "version: EOF while parsing a value at line 2 column 13",
        ),
        (
            "{\"version\": 5}",
            "version: invalid type: integer `5`, expected a string at line 1 column 13",
        ),
        (
            "{\"repository\": \"a\"}",
            "missing field `version` at line 1 column 19",
        ),
        (
            "{\"versoin\": \"a\"}",
            "versoin: unknown field `versoin`, expected one of `version`, `repository`, `commit`, `previous`, `projects`, `environment`, `refs` at line 1 column 10",
        ),
        (
            "{\"version\":\"a\",\"repository\":\"a/b\",\"commit\":\"c\",\"projects\":[1]}",
            "projects[0]: invalid type: integer `1`, expected a string at line 1 column 60",
        ),
        (
            "[]",
            "invalid length 0, expected struct OpenReleaseBody with 7 elements at line 1 column 2",
        ),
    ] {
        let refused = refusal(routes(Mocks::new()), json("POST", RELEASES, body)).await;
        assert_eq!(
            refused,
            (
                StatusCode::BAD_REQUEST,
                "invalid_json".to_owned(),
                format!("the body is not the JSON that is expected: {reason}")
            )
        );
    }
}

#[tokio::test]
async fn a_field_with_a_wrong_value_is_named() {
    let body = r#"{"version":"rocket@1","repository":"rocket","commit":"0123456789abcdef0123456789abcdef01234567"}"#;
    let refused = refusal(routes(Mocks::new()), json("POST", RELEASES, body)).await;
    assert_eq!(
        (refused.0, refused.1.as_str()),
        (StatusCode::BAD_REQUEST, "invalid_field")
    );
    assert!(
        refused.2.starts_with("field `repository`: "),
        "{}",
        refused.2
    );
    let body = r#"{"repository":"acme/rocket","projects":["rocket","no slug"]}"#;
    let refused = refusal(
        routes(Mocks::new()),
        json("POST", "/api/v1/repositories", body),
    )
    .await;
    assert!(refused.2.starts_with("field `projects`: "), "{}", refused.2);
}

#[tokio::test]
async fn another_content_type_is_415() {
    let asked = with_key("POST", RELEASES)
        .header(header::CONTENT_TYPE, "text/plain")
        .body(Body::from("{}"))
        .unwrap();
    let refused = refusal(routes(Mocks::new()), asked).await;
    assert_eq!(
        (refused.0, refused.1.as_str()),
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json")
    );
}

#[tokio::test]
async fn a_refused_credential_is_not_repeated() {
    let body = r#"{"workspace":"acme","credential":{"kind":"access_token","token":"hidden-token","extra":1}}"#;
    let refused = refusal(
        routes(Mocks::new()),
        json("POST", "/api/v1/installations", body),
    )
    .await;
    assert_eq!(refused.0, StatusCode::BAD_REQUEST);
    assert!(!refused.2.contains("hidden-token"), "{}", refused.2);
    let body = r#"{"workspace":"acme","credential":{"kind":"api_token","email":"a@b","token":["hidden-token"]}}"#;
    let refused = refusal(
        routes(Mocks::new()),
        json("POST", "/api/v1/installations", body),
    )
    .await;
    assert!(!refused.2.contains("hidden-token"), "{}", refused.2);
}
