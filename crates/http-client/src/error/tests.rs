//! Bodies of refusals in the forms that were seen, and what an error says of itself.

use std::error::Error as _;

use proptest::prelude::*;

use super::*;
use crate::transport::TransportError;

fn fields<const N: usize>(
    entries: [(&str, &[&str]); N],
) -> std::collections::BTreeMap<String, Vec<String>> {
    entries
        .map(|(name, texts)| {
            (
                name.to_owned(),
                texts.iter().map(ToString::to_string).collect(),
            )
        })
        .into()
}

#[test]
fn the_usual_error_is_read() {
    let body = br#"{"type":"error","error":{"message":"Bad","detail":"why","fields":{"url":["no","never"],"x":"one"}}}"#;
    let peer = parse_peer_message(body).unwrap();
    assert_eq!(peer.message, "Bad");
    assert_eq!(peer.detail.as_deref(), Some("why"));
    assert_eq!(
        peer.fields,
        fields([("url", &["no", "never"]), ("x", &["one"])])
    );
}

#[test]
fn a_detail_that_is_an_object_and_fields_that_are_a_list_are_read() {
    let body = br#"{"error":{"message":"m","detail":{"required":["webhook"]},"fields":["a","b"]}}"#;
    let peer = parse_peer_message(body).unwrap();
    assert_eq!(peer.detail.as_deref(), Some(r#"{"required":["webhook"]}"#));
    assert_eq!(peer.fields, fields([("", &["a", "b"])]));
}

#[test]
fn a_flat_error_is_its_message() {
    let peer =
        parse_peer_message(br#"{"error":"invalid_grant","error_description":"gone"}"#).unwrap();
    assert_eq!(
        (peer.message.as_str(), peer.detail.as_deref()),
        ("invalid_grant", Some("gone"))
    );
}

#[test]
fn a_removal_names_its_change_and_announcement() {
    let body = br#"{"type":"error","error":{"message":"CHANGE-3071 - Functionality has been deprecated",
        "detail":"x","data":{"announcement_url":"https://example.com/a"}},"data":{"announcement_url":"https://example.com/b"}}"#;
    let removal = parse_peer_message(body).unwrap().removal().unwrap();
    assert_eq!(removal.change, "CHANGE-3071");
    assert_eq!(
        removal.announcement_url.as_deref(),
        Some("https://example.com/a")
    );
    let outer = br#"{"error":{"message":"CHANGE-2770"},"data":{"announcement_url":"https://example.com/b"}}"#;
    assert_eq!(
        parse_peer_message(outer)
            .unwrap()
            .removal()
            .unwrap()
            .announcement_url
            .as_deref(),
        Some("https://example.com/b"),
    );
}

#[test]
fn only_change_and_a_number_is_a_removal() {
    for message in ["CHANGE-", "CHANGE-x", "see CHANGE-3071", ""] {
        let peer = PeerMessage {
            message: message.to_owned(),
            ..PeerMessage::default()
        };
        assert_eq!(peer.removal(), None, "{message}");
    }
}

#[test]
fn what_is_not_bitbuckets_error_is_an_excerpt() {
    for body in [&b"<html>502</html>"[..], b"", b"[]", b"{}", b"\xff\xfe"] {
        assert_eq!(parse_peer_message(body), None);
    }
    assert_eq!(
        excerpt(b"  <html>\n<b>502</b>\r\n").as_deref(),
        Some("<html> <b>502</b>")
    );
    assert_eq!(excerpt(b" \n "), None);
    assert_eq!(excerpt(&[b'x'; 10_000]).map(|text| text.len()), Some(512));
}

#[test]
fn an_error_says_only_its_own_layer_and_leads_to_the_rest() {
    let cause = ApiErrorCause::Transport(TransportError::ClosedBeforeAnswer);
    let mut evidence = Evidence::new("GET", "/2.0/user");
    evidence.attempts = 3;
    let error = ApiError::new(cause, evidence);
    assert_eq!(
        error.to_string(),
        "GET /2.0/user failed (closed_before_answer, 3 attempts)"
    );
    let cause = error.source().unwrap();
    assert_eq!(cause.to_string(), "no complete answer came");
    assert_eq!(
        cause.source().unwrap().to_string(),
        "the peer closed the connection before it answered"
    );
}

#[test]
fn retryable_is_what_nobody_has_to_act_upon() {
    let wait = Some(Duration::from_secs(7));
    let retryable = [
        ApiErrorCause::RateLimited { retry_after: wait },
        ApiErrorCause::Unavailable { retry_after: wait },
    ];
    for cause in retryable {
        assert!(cause.is_retryable());
        assert_eq!(cause.retry_after(), wait);
    }
    for cause in [
        ApiErrorCause::NotFound,
        ApiErrorCause::Unauthorized,
        ApiErrorCause::TooCostly,
        ApiErrorCause::Rejected,
    ] {
        assert!(!cause.is_retryable());
        assert_eq!(cause.retry_after(), None);
    }
}

proptest! {
    #[test]
    fn any_body_is_read_without_panic_and_within_bounds(body in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = parse_peer_message(&body);
        // A replaced byte takes three, so the bound holds after replacing too.
        prop_assert!(excerpt(&body).is_none_or(|text| text.len() <= 512));
    }

    #[test]
    fn any_message_is_kept_within_bounds(message in "\\PC{0,600}") {
        let body = serde_json::json!({"error": {"message": message}}).to_string();
        let peer = parse_peer_message(body.as_bytes()).unwrap();
        prop_assert!(peer.message.len() <= 512);
        prop_assert!(message.starts_with(&peer.message));
    }
}
