//! What went wrong with one call, with everything that was seen of it.

mod cause;
mod peer;

use std::fmt;
use std::time::Duration;

pub use self::cause::{ApiErrorCause, Misuse, PageError};
pub use self::peer::{PeerMessage, Removal};
pub(crate) use self::peer::{excerpt, parse_peer_message};

/// A call that gave no answer of the promised type.
///
/// It keeps what was seen: method, endpoint template, status, attempts, elapsed time, request id, Bitbucket's own
/// message and a bounded excerpt of an answer that was none of Bitbucket's JSON. It never holds a credential, and
/// secrets that the call itself carried are masked where a peer echoes them.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiError {
    inner: Box<Inner>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    cause: ApiErrorCause,
    evidence: Evidence,
}

/// What was seen of a failed call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Evidence {
    /// The method in capitals.
    pub method: &'static str,
    /// The endpoint's template (`/2.0/repositories/{workspace}/{repo_slug}`), never the path itself.
    pub template: &'static str,
    /// The last answer's status, when one came.
    pub status: Option<u16>,
    /// How often the request was tried.
    pub attempts: u32,
    /// From the first attempt to the verdict.
    pub elapsed: Duration,
    /// The peer's id of the last answer, for its support.
    pub request_id: Option<String>,
    /// Bitbucket's own words, when the body was its JSON error.
    pub peer: Option<PeerMessage>,
    /// The first part of any other body; at most 512 bytes.
    pub excerpt: Option<String>,
}

impl Evidence {
    /// Evidence of a call to `template` and nothing seen yet.
    #[must_use]
    pub fn new(method: &'static str, template: &'static str) -> Self {
        Self {
            method,
            template,
            ..Self::default()
        }
    }
}

impl ApiError {
    /// An error of `cause` with what was seen.
    #[must_use]
    pub fn new(cause: ApiErrorCause, evidence: Evidence) -> Self {
        Self {
            inner: Box::new(Inner { cause, evidence }),
        }
    }

    /// Why, for a `match`.
    #[must_use]
    pub fn cause(&self) -> &ApiErrorCause {
        &self.inner.cause
    }

    /// What was seen.
    #[must_use]
    pub fn evidence(&self) -> &Evidence {
        &self.inner.evidence
    }

    /// A stable name of the cause, safe as a metric label.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.inner.cause.code()
    }

    /// Whether the same call may succeed later without anybody's doing.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        self.inner.cause.is_retryable()
    }

    /// How long the peer asked to wait, if it did.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.inner.cause.retry_after()
    }

    /// The last answer's status, when one came.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        self.inner.evidence.status
    }

    /// The endpoint's template.
    #[must_use]
    pub const fn template(&self) -> &'static str {
        self.inner.evidence.template
    }

    /// The method in capitals.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        self.inner.evidence.method
    }

    /// How often the request was tried.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.inner.evidence.attempts
    }

    /// From the first attempt to the verdict.
    #[must_use]
    pub const fn elapsed(&self) -> Duration {
        self.inner.evidence.elapsed
    }

    /// The peer's id of the last answer.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.inner.evidence.request_id.as_deref()
    }

    /// Bitbucket's own message, when it gave one.
    #[must_use]
    pub fn peer_message(&self) -> Option<&str> {
        self.inner
            .evidence
            .peer
            .as_ref()
            .map(|peer| peer.message.as_str())
    }

    /// The first part of a body that was not Bitbucket's JSON error.
    #[must_use]
    pub fn excerpt(&self) -> Option<&str> {
        self.inner.evidence.excerpt.as_deref()
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("cause", &self.inner.cause)
            .field("evidence", &self.inner.evidence)
            .finish()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Evidence {
            method,
            template,
            status,
            attempts,
            ..
        } = self.evidence();
        write!(f, "{method} {template} failed ({}", self.code())?;
        if let Some(status) = status {
            write!(f, ", status {status}")?;
        }
        if *attempts > 1 {
            write!(f, ", {attempts} attempts")?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for ApiError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.inner.cause)
    }
}

#[cfg(test)]
mod tests;
