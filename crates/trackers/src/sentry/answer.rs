//! What an answer of Sentry means, by its status.

use std::time::Duration;

use bitbucket_http_client::policy::parse_retry_after;
use bitbucket_integration_provider::ports::TrackerError;
use bytes::Bytes;
use http::{HeaderMap, Response};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::excerpt;
use super::limits::{LONGEST_ANSWER, LONGEST_WAIT};

/// When a limited caller may come back, in Unix seconds. Sentry sends this with 429 instead of `Retry-After`.
const LIMIT_RESET: &str = "x-sentry-rate-limit-reset";

/// An answer with everything that its judgement needs.
pub(super) struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
    now: Timestamp,
    token: SecretString,
}

impl Answer {
    /// Takes an answer of a bounded size.
    pub(super) fn read(
        response: Response<Bytes>,
        now: Timestamp,
        token: &SecretString,
    ) -> Result<Self, TrackerError> {
        let (parts, body) = response.into_parts();
        if body.len() > LONGEST_ANSWER {
            return Err(TrackerError::Unreadable {
                reason: format!("longer than {LONGEST_ANSWER} bytes"),
            });
        }
        Ok(Self {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body,
            now,
            token: token.clone(),
        })
    }

    pub(super) const fn status(&self) -> u16 {
        self.status
    }

    pub(super) const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Whether Sentry itself answered: proxies and wrong addresses answer with pages.
    pub(super) fn is_json(&self) -> bool {
        serde_json::from_slice::<Value>(&self.body)
            .is_ok_and(|value| value.is_object() || value.is_string())
    }

    /// The body. The error names the place and not the text, which is a payload.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, TrackerError> {
        serde_json::from_slice(&self.body).map_err(|error| TrackerError::Unreadable {
            reason: format!(
                "not the expected JSON at line {} column {} of {} bytes",
                error.line(),
                error.column(),
                self.body.len()
            ),
        })
    }

    /// What Sentry said, bounded and without our token.
    pub(super) fn message(&self) -> String {
        excerpt::message(&self.body, &self.token)
    }

    /// The error that an answer without success is; `what` is the thing that the call was about.
    pub(super) fn error(&self, what: &str) -> TrackerError {
        let reason = self.message();
        match self.status {
            401 | 403 => TrackerError::Unauthorized {
                reason: format!("HTTP {}: {reason}", self.status),
            },
            404 | 410 => TrackerError::NotFound {
                what: what.to_owned(),
            },
            408 | 409 | 425 | 429 | 500.. => TrackerError::Unavailable {
                reason: format!("HTTP {}: {reason}", self.status),
                retry_after: self.wait(),
            },
            300..=399 => TrackerError::Rejected {
                status: self.status,
                reason: "it redirects elsewhere; correct the tracker's address".to_owned(),
            },
            status => TrackerError::Rejected { status, reason },
        }
    }

    /// How long it asks us to wait.
    pub(super) fn wait(&self) -> Option<Duration> {
        parse_retry_after(&self.headers, self.now)
            .or_else(|| self.until_reset())
            .map(|wait| wait.min(LONGEST_WAIT))
    }

    fn until_reset(&self) -> Option<Duration> {
        if self.status != 429 {
            return None;
        }
        let reset: i64 = self
            .headers
            .get(LIMIT_RESET)?
            .to_str()
            .ok()?
            .trim()
            .parse()
            .ok()?;
        let seconds = reset.saturating_sub(self.now.as_second());
        Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
    }
}
