//! From an answer to a typed value, or to an error that keeps what was seen.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;

use crate::call::{Call, CallError, Called};
use crate::error::{
    ApiError, ApiErrorCause, Evidence, Misuse, PeerMessage, excerpt, parse_peer_message,
};
use crate::policy::parse_retry_after;

/// The part of a refusal's body that is read, in bytes.
const READ_OF_REFUSAL: usize = 64 * 1024;
/// What stands in place of a secret that a peer echoed.
const MASK: &str = "***";

/// Reads the JSON of a successful answer.
pub(super) fn read<T: DeserializeOwned>(
    call: &Call<'_>,
    called: Called,
    secrets: &[SecretString],
    now: jiff::Timestamp,
) -> Result<T, ApiError> {
    let (body, evidence) = succeeded(call, called, secrets, now)?;
    serde_json::from_slice(&body).map_err(|error| unreadable(&error, &body, evidence))
}

/// The body of a successful answer, with the evidence for errors that its content may yet bring.
pub(super) fn succeeded(
    call: &Call<'_>,
    called: Called,
    secrets: &[SecretString],
    now: jiff::Timestamp,
) -> Result<(Bytes, Evidence), ApiError> {
    let mut evidence = Evidence::new(call.method, call.template);
    evidence.attempts = called.attempts;
    evidence.elapsed = called.elapsed;
    let answer = match called.outcome {
        Ok(answer) => answer,
        Err(error) => return Err(ApiError::new(cause_of(error), evidence)),
    };
    evidence.status = Some(answer.status().as_u16());
    evidence.request_id = request_id(answer.headers());
    if answer.status().is_success() {
        return Ok((answer.into_body(), evidence));
    }
    let presented = called
        .presented
        .as_ref()
        .and_then(|value| value.to_str().ok());
    Err(refusal(&answer, evidence, presented, secrets, now))
}

fn cause_of(error: CallError) -> ApiErrorCause {
    match error {
        CallError::Transport(error) => ApiErrorCause::Transport(error),
        CallError::Authorize(error) => ApiErrorCause::Authorize(error),
        CallError::Path => ApiErrorCause::Misuse(Misuse::Path),
    }
}

fn refusal(
    answer: &Response<Bytes>,
    mut evidence: Evidence,
    presented: Option<&str>,
    secrets: &[SecretString],
    now: jiff::Timestamp,
) -> ApiError {
    let head = &answer.body()[..answer.body().len().min(READ_OF_REFUSAL)];
    let body = masked(head, presented, secrets);
    evidence.peer = parse_peer_message(&body);
    if evidence.peer.is_none() {
        evidence.excerpt = excerpt(&body);
    }
    let cause = refusal_cause(answer, evidence.peer.as_ref(), now);
    ApiError::new(cause, evidence)
}

fn refusal_cause(
    answer: &Response<Bytes>,
    peer: Option<&PeerMessage>,
    now: jiff::Timestamp,
) -> ApiErrorCause {
    let retry_after = || parse_retry_after(answer.headers(), now);
    match answer.status() {
        StatusCode::UNAUTHORIZED => ApiErrorCause::Unauthorized,
        StatusCode::FORBIDDEN => ApiErrorCause::Forbidden,
        StatusCode::NOT_FOUND => ApiErrorCause::NotFound,
        StatusCode::CONFLICT => ApiErrorCause::Conflict,
        StatusCode::TOO_MANY_REQUESTS => ApiErrorCause::RateLimited {
            retry_after: retry_after(),
        },
        StatusCode::REQUEST_TIMEOUT => ApiErrorCause::Unavailable {
            retry_after: retry_after(),
        },
        StatusCode::GONE => peer
            .and_then(PeerMessage::removal)
            .map_or(ApiErrorCause::Rejected, ApiErrorCause::Removed),
        status if status.as_u16() == 555 => ApiErrorCause::TooCostly,
        status if status.is_server_error() => ApiErrorCause::Unavailable {
            retry_after: retry_after(),
        },
        status if status.is_client_error() => ApiErrorCause::Rejected,
        _ => ApiErrorCause::UnexpectedStatus,
    }
}

/// The error of a body that is not the promised model. A JSON body leaves no excerpt: it would be payload.
pub(super) fn unreadable(
    error: &serde_json::Error,
    body: &[u8],
    mut evidence: Evidence,
) -> ApiError {
    let is_json = body
        .trim_ascii_start()
        .first()
        .is_some_and(|byte| matches!(byte, b'{' | b'['));
    if !is_json {
        evidence.excerpt = excerpt(body);
    }
    let kind = match error.classify() {
        serde_json::error::Category::Io => "input",
        serde_json::error::Category::Syntax => "syntax",
        serde_json::error::Category::Data => "shape",
        serde_json::error::Category::Eof => "end",
    };
    let at = format!("{kind} at line {} column {}", error.line(), error.column());
    ApiError::new(ApiErrorCause::Unreadable { at }, evidence)
}

fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = ["x-request-id", "atl-request-id", "atl-traceid"]
        .iter()
        .find_map(|name| headers.get(*name))?;
    let id: String = id
        .to_str()
        .ok()?
        .chars()
        .filter(char::is_ascii_graphic)
        .take(128)
        .collect();
    (!id.is_empty()).then_some(id)
}

/// The body with every secret replaced that this call carried, as it stands and as JSON would escape it.
fn masked<'a>(body: &'a [u8], presented: Option<&str>, secrets: &[SecretString]) -> Cow<'a, [u8]> {
    let credential = presented
        .and_then(|header| header.split_once(' '))
        .map(|(_, credential)| credential);
    let needles: Vec<&str> = secrets
        .iter()
        .map(ExposeSecret::expose_secret)
        .chain(credential)
        .filter(|needle| !needle.is_empty())
        .collect();
    let text = String::from_utf8_lossy(body);
    let mut clean = text.clone();
    for needle in needles {
        let escaped = serde_json::to_string(needle).unwrap_or_default();
        for form in [needle, escaped.trim_matches('"')] {
            if clean.contains(form) {
                clean = Cow::Owned(clean.replace(form, MASK));
            }
        }
    }
    match (&text, &clean) {
        (Cow::Borrowed(_), Cow::Borrowed(_)) => Cow::Borrowed(body),
        _ => Cow::Owned(clean.into_owned().into_bytes()),
    }
}

#[cfg(test)]
mod tests;
