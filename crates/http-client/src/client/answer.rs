//! From an answer to a typed value, or to an error that keeps what was seen.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::call::{Call, CallError, Called};
use crate::error::{
    ApiError, ApiErrorCause, Evidence, Misuse, PeerMessage, excerpt, parse_peer_message,
};
use crate::policy::parse_retry_after;

/// The part of a refusal's body that is read, in bytes.
pub(super) const READ_OF_REFUSAL: usize = 64 * 1024;
/// What stands in place of a secret that a peer echoed.
const MASK: &str = "***";

/// A successful answer, with what an error needs that its content may yet bring.
pub(super) struct Success {
    /// The body.
    pub(super) body: Bytes,
    /// What was seen.
    pub(super) evidence: Evidence,
    carried: Carried,
}

/// The secrets that a call carried; they are masked wherever the peer's words are kept.
struct Carried {
    presented: Option<HeaderValue>,
    secrets: Vec<SecretString>,
}

/// Reads the JSON of a successful answer; `secrets` are those that the call's body carried.
pub(super) fn read<T: DeserializeOwned>(
    call: &Call<'_>,
    called: Called,
    secrets: &[SecretString],
    now: jiff::Timestamp,
) -> Result<T, ApiError> {
    succeeded(call, called, secrets, now)?.json()
}

/// A successful answer, or the error that any other one is.
pub(super) fn succeeded(
    call: &Call<'_>,
    called: Called,
    secrets: &[SecretString],
    now: jiff::Timestamp,
) -> Result<Success, ApiError> {
    let mut evidence = Evidence::new(call.method, call.template);
    evidence.attempts = called.attempts;
    evidence.elapsed = called.elapsed;
    let answer = match called.outcome {
        Ok(answer) => answer,
        Err(error) => return Err(ApiError::new(cause_of(error), evidence)),
    };
    evidence.status = Some(answer.status().as_u16());
    evidence.request_id = request_id(answer.headers());
    let carried = Carried {
        presented: called.presented,
        secrets: secrets.to_vec(),
    };
    if answer.status().is_success() {
        return Ok(Success {
            body: answer.into_body(),
            evidence,
            carried,
        });
    }
    Err(refusal(&answer, evidence, &carried, now))
}

impl Success {
    /// The body read as JSON. One that is JSON of another shape leaves no excerpt: it would be payload.
    pub(super) fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, ApiError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let mut evidence = self.evidence.clone();
            if !looks_like_json(&self.body) {
                evidence.excerpt = excerpt(&self.carried.mask(head(&self.body)));
            }
            ApiError::new(ApiErrorCause::Unreadable { at: place(&error) }, evidence)
        })
    }
}

fn cause_of(error: CallError) -> ApiErrorCause {
    match error {
        CallError::Transport(error) => ApiErrorCause::Transport(error),
        CallError::Authorize(error) => ApiErrorCause::Authorize(error),
        CallError::Budget(exhausted) => ApiErrorCause::BudgetExhausted(exhausted),
        CallError::Redirect(error) => ApiErrorCause::Redirect(error),
        CallError::Path => ApiErrorCause::Misuse(Misuse::Path),
    }
}

fn refusal(
    answer: &Response<Bytes>,
    mut evidence: Evidence,
    carried: &Carried,
    now: jiff::Timestamp,
) -> ApiError {
    let body = carried.mask(head(answer.body()));
    evidence.peer = parse_peer_message(&body);
    if evidence.peer.is_none() {
        evidence.excerpt = excerpt(&body);
    }
    let cause = refusal_cause(answer, evidence.peer.as_ref(), now);
    ApiError::new(cause, evidence)
}

fn head(body: &[u8]) -> &[u8] {
    &body[..body.len().min(READ_OF_REFUSAL)]
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

fn looks_like_json(body: &[u8]) -> bool {
    body.trim_ascii_start()
        .first()
        .is_some_and(|byte| matches!(byte, b'{' | b'['))
}

/// Where reading stopped, without what stands there.
pub(super) fn place(error: &serde_json::Error) -> String {
    let kind = match error.classify() {
        Category::Io => "input",
        Category::Syntax => "syntax",
        Category::Data => "shape",
        Category::Eof => "end",
    };
    format!("{kind} at line {} column {}", error.line(), error.column())
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

impl Carried {
    /// A text with every secret replaced, as it stands and as JSON would escape it.
    fn mask<'a>(&self, body: &'a [u8]) -> Cow<'a, [u8]> {
        let text = String::from_utf8_lossy(body);
        let found: Vec<String> = self
            .forms()
            .into_iter()
            .filter(|form| text.contains(form.as_str()))
            .collect();
        if found.is_empty() {
            return Cow::Borrowed(body);
        }
        let masked = found.iter().fold(text.into_owned(), |text, form| {
            text.replace(form.as_str(), MASK)
        });
        Cow::Owned(masked.into_bytes())
    }

    fn forms(&self) -> Vec<String> {
        let header = self
            .presented
            .as_ref()
            .and_then(|header| header.to_str().ok())
            .unwrap_or_default();
        let credential = header
            .split_once(' ')
            .map_or(header, |(_, credential)| credential);
        let password = header.strip_prefix("Basic ").and_then(password);
        let exposed = self
            .secrets
            .iter()
            .map(|secret| secret.expose_secret().to_owned());
        exposed
            .chain([credential.to_owned()])
            .chain(password)
            .flat_map(|secret| [escaped(&secret), secret])
            .filter(|form| !form.is_empty())
            .collect()
    }
}

/// The password of a Basic credential.
fn password(credential: &str) -> Option<String> {
    let pair = String::from_utf8(STANDARD.decode(credential).ok()?).ok()?;
    pair.split_once(':')
        .map(|(_, password)| password.to_owned())
}

fn escaped(secret: &str) -> String {
    let quoted = serde_json::to_string(secret).unwrap_or_default();
    quoted
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests;
