//! What became of it.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response};

use crate::authorize::AuthorizeError;
use crate::policy::BudgetExhausted;
use crate::redirect::RedirectError;
use crate::transport::TransportError;

/// What became of a call whose answer's body is a `B`.
pub struct Called<B = Bytes> {
    /// The last answer, whatever its status, or why there is none.
    pub outcome: Result<Response<B>, CallError>,
    /// How often it was tried.
    pub attempts: u32,
    /// From the first attempt to the end of the last.
    pub elapsed: Duration,
    /// Whether an attempt before the last may have been acted upon: its answer was lost, or told of trouble.
    pub may_have_acted: bool,
    /// The credential that was presented, so that it can be masked where a peer echoes it.
    pub(crate) presented: Option<HeaderValue>,
}

impl<B> fmt::Debug for Called<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Called")
            .field("status", &self.outcome.as_ref().map(Response::status))
            .field("attempts", &self.attempts)
            .field("elapsed", &self.elapsed)
            .finish_non_exhaustive()
    }
}

/// Why a call has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// No complete answer came.
    #[error("no complete answer came")]
    Transport(#[source] TransportError),
    /// The credential could not be presented; nothing was sent.
    #[error("the credential could not be presented")]
    Authorize(#[source] AuthorizeError),
    /// The credential's hourly budget has no share for this call; nothing was sent.
    #[error("the hour's requests are spent")]
    Budget(#[source] BudgetExhausted),
    /// A redirect leads where the call does not go.
    #[error("the redirect is not followed")]
    Redirect(#[source] RedirectError),
    /// The path cannot stand in a request line, or leaves the base URL.
    #[error("the path cannot stand in a request")]
    Path,
}

impl CallError {
    /// A stable name, safe as a metric label.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Transport(error) => error.code(),
            Self::Authorize(error) => error.code(),
            Self::Budget(_) => "budget_exhausted",
            Self::Redirect(error) => error.code(),
            Self::Path => "path_misuse",
        }
    }
}
