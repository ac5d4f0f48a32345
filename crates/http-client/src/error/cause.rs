//! The causes of a failed call, told apart by who has to act.

use std::time::Duration;

use super::Removal;
use crate::authorize::AuthorizeError;
use crate::base_url::ForeignUrl;
use crate::policy::BudgetExhausted;
use crate::redirect::RedirectError;
use crate::transport::TransportError;

/// Why a call gave no answer of the promised type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiErrorCause {
    /// No complete answer came.
    #[error("no complete answer came")]
    Transport(#[source] TransportError),
    /// The credential could not be presented; nothing was sent.
    #[error("the credential could not be presented")]
    Authorize(#[source] AuthorizeError),
    /// 401: the credential is wrong, expired or revoked.
    #[error("the credential is not accepted")]
    Unauthorized,
    /// 403: the credential lacks a permission.
    #[error("the credential lacks a permission")]
    Forbidden,
    /// 404: it does not exist, or the credential may not see it. Bitbucket answers both alike.
    #[error("it does not exist or the credential may not see it")]
    NotFound,
    /// 409: it conflicts with what is there.
    #[error("it conflicts with what is there")]
    Conflict,
    /// 410 `CHANGE-nnnn`: Bitbucket has removed this part of its API for good.
    #[error("Bitbucket has removed this part of its API")]
    Removed(#[source] Removal),
    /// 429: the hourly allowance is used up.
    #[error("the rate limit is reached")]
    RateLimited {
        /// How long Bitbucket asked to wait; it often does not say.
        retry_after: Option<Duration>,
    },
    /// The credential's own hourly budget has no share for this call; nothing was sent.
    #[error("the hour's requests are spent")]
    BudgetExhausted(#[source] BudgetExhausted),
    /// A redirect leads where the call does not go.
    #[error("the redirect is not followed")]
    Redirect(#[source] RedirectError),
    /// Any other 4xx: the request is refused and will be again.
    #[error("the request is refused")]
    Rejected,
    /// 555: computing a diff or listing took Bitbucket too long; it likely will again.
    #[error("the answer took Bitbucket too long to compute")]
    TooCostly,
    /// Any other 5xx: the peer is in trouble.
    #[error("the peer is in trouble")]
    Unavailable {
        /// How long it asked to wait.
        retry_after: Option<Duration>,
    },
    /// A status that this call has no meaning for, such as a redirect.
    #[error("the status has no meaning for this call")]
    UnexpectedStatus,
    /// A successful status, but the body is not what the endpoint promises.
    #[error("the answer is not what the endpoint promises ({at})")]
    Unreadable {
        /// Where reading stopped, without content.
        at: String,
    },
    /// One entry of a listing is not what the endpoint promises; those around it are there.
    #[error("entry {position} of the listing is not what the endpoint promises ({at})")]
    UnreadableEntry {
        /// Its place in the whole listing; the first is 1.
        position: usize,
        /// Where in the entry reading stopped, without content.
        at: String,
    },
    /// A listing could not be followed to its end.
    #[error("the listing could not be followed")]
    Page(#[source] PageError),
    /// The arguments make no valid request; nothing was sent.
    #[error("the arguments make no valid request")]
    Misuse(#[source] Misuse),
}

/// Why a listing could not be followed to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// The `next` link leads away from the configured API; following it would hand the credential to a stranger.
    #[error("the next link leads away from the configured API")]
    Foreign(#[source] ForeignUrl),
    /// The `next` link leads to a page that was already read.
    #[error("the next link leads in a circle")]
    Loop,
    /// More pages than a listing of this size may have.
    #[error("the listing has more than {limit} pages")]
    TooManyPages {
        /// The limit.
        limit: usize,
    },
}

/// Arguments that make no valid request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Misuse {
    /// A hook needs at least one event.
    #[error("a hook needs at least one event")]
    HookWithoutEvents,
    /// A hook's secret has 1 to 128 characters.
    #[error("a hook's secret has 1 to 128 characters")]
    HookSecretLength,
    /// A status is reported as successful, failed, in progress or stopped.
    #[error("the state is none that can be reported")]
    StatusState,
    /// A report has at most 10 figures.
    #[error("a report has at most 10 figures")]
    ReportFacts,
    /// A report has at most 1,000 annotations.
    #[error("a report has at most 1,000 annotations")]
    Annotations,
    /// The body could not be written as JSON.
    #[error("the body cannot be written as JSON")]
    Body,
    /// The path cannot stand in a request line, or leaves the API.
    #[error("the path cannot stand in a request")]
    Path,
}

impl ApiErrorCause {
    /// A stable name, safe as a metric label.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Transport(error) => error.code(),
            Self::Authorize(error) => error.code(),
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Removed(_) => "removed_by_bitbucket",
            Self::RateLimited { .. } => "rate_limited",
            Self::BudgetExhausted(_) => "budget_exhausted",
            Self::Redirect(error) => error.code(),
            Self::Rejected => "rejected",
            Self::TooCostly => "too_costly",
            Self::Unavailable { .. } => "unavailable",
            Self::UnexpectedStatus => "unexpected_status",
            Self::Unreadable { .. } => "unreadable_answer",
            Self::UnreadableEntry { .. } => "unreadable_entry",
            Self::Page(_) => "unfollowable_listing",
            Self::Misuse(_) => "misuse",
        }
    }

    /// Whether the same call may succeed later without anybody's doing.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Transport(error) => error.is_retryable(),
            Self::Authorize(error) => error.is_retryable(),
            Self::RateLimited { .. } | Self::BudgetExhausted(_) | Self::Unavailable { .. } => true,
            Self::Unauthorized
            | Self::Forbidden
            | Self::NotFound
            | Self::Conflict
            | Self::Removed(_)
            | Self::Redirect(_)
            | Self::Rejected
            | Self::TooCostly
            | Self::UnexpectedStatus
            | Self::Unreadable { .. }
            | Self::UnreadableEntry { .. }
            | Self::Page(_)
            | Self::Misuse(_) => false,
        }
    }

    /// How long the peer asked to wait, if it did.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } | Self::Unavailable { retry_after } => *retry_after,
            Self::BudgetExhausted(exhausted) => Some(exhausted.retry_after),
            Self::Transport(_)
            | Self::Authorize(_)
            | Self::Unauthorized
            | Self::Forbidden
            | Self::NotFound
            | Self::Conflict
            | Self::Removed(_)
            | Self::Redirect(_)
            | Self::Rejected
            | Self::TooCostly
            | Self::UnexpectedStatus
            | Self::Unreadable { .. }
            | Self::UnreadableEntry { .. }
            | Self::Page(_)
            | Self::Misuse(_) => None,
        }
    }
}
