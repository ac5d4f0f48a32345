//! Every kind of answer becomes its error, with evidence and without secrets.

use std::time::Duration;

use http::HeaderValue;

use super::*;
use crate::error::Removal;
use crate::transport::TransportError;

const SECRET: &str = "s3cr\"t";

fn called(outcome: Result<Response<Bytes>, CallError>) -> Called {
    Called {
        outcome,
        attempts: 2,
        may_have_acted: false,
        elapsed: Duration::from_millis(70),
        presented: Some(HeaderValue::from_static("Bearer ATCT-token")),
    }
}

fn answer(status: u16, body: &str) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .header("x-request-id", "req-1")
        .header("retry-after", "30")
        .body(Bytes::from(body.to_owned()))
        .unwrap()
}

fn failure(outcome: Result<Response<Bytes>, CallError>) -> ApiError {
    let call = Call::new("GET", "/2.0/user", "/2.0/user");
    let secrets = [SecretString::from(SECRET)];
    read::<Vec<u8>>(
        &call,
        called(outcome),
        &secrets,
        jiff::Timestamp::UNIX_EPOCH,
    )
    .unwrap_err()
}

#[test]
fn every_status_has_its_cause() {
    let wait = Some(Duration::from_secs(30));
    let cases = [
        (401, ApiErrorCause::Unauthorized, "unauthorized"),
        (403, ApiErrorCause::Forbidden, "forbidden"),
        (404, ApiErrorCause::NotFound, "not_found"),
        (
            408,
            ApiErrorCause::Unavailable { retry_after: wait },
            "unavailable",
        ),
        (409, ApiErrorCause::Conflict, "conflict"),
        (400, ApiErrorCause::Rejected, "rejected"),
        (410, ApiErrorCause::Rejected, "rejected"),
        (411, ApiErrorCause::Rejected, "rejected"),
        (
            429,
            ApiErrorCause::RateLimited { retry_after: wait },
            "rate_limited",
        ),
        (
            500,
            ApiErrorCause::Unavailable { retry_after: wait },
            "unavailable",
        ),
        (
            503,
            ApiErrorCause::Unavailable { retry_after: wait },
            "unavailable",
        ),
        (555, ApiErrorCause::TooCostly, "too_costly"),
        (302, ApiErrorCause::UnexpectedStatus, "unexpected_status"),
    ];
    for (status, cause, code) in cases {
        let error = failure(Ok(answer(status, "")));
        assert_eq!(
            (error.cause(), error.code(), error.status()),
            (&cause, code, Some(status))
        );
    }
}

#[test]
fn an_error_keeps_what_was_seen() {
    let error = failure(Ok(answer(
        404,
        r#"{"type":"error","error":{"message":"Repository not found"}}"#,
    )));
    assert_eq!((error.method(), error.template()), ("GET", "/2.0/user"));
    assert_eq!(
        (error.attempts(), error.elapsed()),
        (2, Duration::from_millis(70))
    );
    assert_eq!(error.request_id(), Some("req-1"));
    assert_eq!(error.peer_message(), Some("Repository not found"));
    assert_eq!(error.excerpt(), None);
}

#[test]
fn an_html_body_keeps_its_status_and_an_excerpt() {
    let error = failure(Ok(answer(502, "<html><h1>Bad gateway</h1></html>")));
    assert_eq!(error.status(), Some(502));
    assert_eq!(error.excerpt(), Some("<html><h1>Bad gateway</h1></html>"));
    assert_eq!(error.peer_message(), None);
}

#[test]
fn a_removed_part_of_the_api_is_typed_and_final() {
    let body = r#"{"type":"error","error":{"message":"CHANGE-3071 - Functionality has been deprecated",
        "data":{"announcement_url":"https://example.com/3071"}}}"#;
    let error = failure(Ok(answer(410, body)));
    let removal = Removal {
        change: "CHANGE-3071".to_owned(),
        announcement_url: Some("https://example.com/3071".to_owned()),
    };
    assert_eq!(error.cause(), &ApiErrorCause::Removed(removal));
    assert!(!error.is_retryable());
}

#[test]
fn no_answer_keeps_its_reason() {
    let error = failure(Err(CallError::Transport(
        TransportError::ClosedInsideAnswer,
    )));
    assert_eq!(
        (error.code(), error.status(), error.is_retryable()),
        ("closed_inside_answer", None, true)
    );
}

#[test]
fn secrets_that_a_peer_echoes_are_masked() {
    let html = failure(Ok(answer(400, &format!("<p>{SECRET} and ATCT-token</p>"))));
    assert_eq!(html.excerpt(), Some("<p>*** and ***</p>"));
    let json =
        serde_json::json!({"error": {"message": format!("bad {SECRET}"), "detail": "ATCT-token"}})
            .to_string();
    let error = failure(Ok(answer(400, &json)));
    assert_eq!(error.peer_message(), Some("bad ***"));
    assert!(!format!("{error:?}").contains("ATCT-token"));
}

#[test]
fn a_success_that_is_not_the_promised_shape_leaves_no_payload() {
    let error = failure(Ok(answer(200, r#"{"private":"payload"}"#)));
    assert_eq!(error.code(), "unreadable_answer");
    assert!(!format!("{error:?}").contains("payload"));
    let html = failure(Ok(answer(200, "<html>sign in</html>")));
    assert_eq!(html.excerpt(), Some("<html>sign in</html>"));
}

#[test]
fn a_success_in_html_that_echoes_a_secret_is_masked_as_well() {
    let html = failure(Ok(answer(200, &format!("<p>ATCT-token {SECRET}</p>"))));
    assert_eq!(html.excerpt(), Some("<p>*** ***</p>"));
}

#[test]
fn the_password_of_a_basic_credential_is_masked_by_itself() {
    let carried = Carried {
        presented: Some(HeaderValue::from_static(
            "Basic bWVAYWNtZS5leGFtcGxlOkFUQVRULTE=",
        )),
        secrets: Vec::new(),
    };
    let body = b"ATATT-1 bWVAYWNtZS5leGFtcGxlOkFUQVRULTE= me@acme.example";
    assert_eq!(carried.mask(body).as_ref(), b"*** *** me@acme.example");
}

#[test]
fn a_request_id_is_kept_within_bounds() {
    let mut headers = HeaderMap::new();
    assert_eq!(request_id(&headers), None);
    headers.insert("atl-traceid", "x".repeat(500).parse().unwrap());
    assert_eq!(request_id(&headers).map(|id| id.len()), Some(128));
}
