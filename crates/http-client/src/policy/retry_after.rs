//! The `Retry-After` header (RFC 9110 §10.2.3): seconds or a date.

use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;

/// The longest wait believed; a peer that asks for more is taken to mean this.
pub(crate) const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 3600);

/// How long the peer asked to wait, counted from `now`. A date in the past is zero, anything unreadable is `None`.
#[must_use]
pub fn parse_retry_after(headers: &HeaderMap, now: jiff::Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let asked = if text.is_empty() {
        None
    } else if text.bytes().all(|byte| byte.is_ascii_digit()) {
        Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)))
    } else {
        until(text, now)
    };
    asked.map(|wait| wait.min(MAX_RETRY_AFTER))
}

fn until(date: &str, now: jiff::Timestamp) -> Option<Duration> {
    let at = jiff::fmt::rfc2822::parse(date).ok()?.timestamp();
    Some(Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO))
}
