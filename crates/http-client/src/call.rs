//! One call to an HTTP API: addressed, authorized, repeated where that is sound, traced. Free of any particular API.

mod attempts;
mod outcome;
mod request;
mod sending;
mod taking;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, Response};

pub use self::outcome::{CallError, Called};
pub use self::request::Call;
use self::taking::{Streamed, Whole};
use crate::authorize::Authorize;
use crate::base_url::BaseUrl;
use crate::notice::{LoggedNotices, NoticeObserver};
use crate::policy::{Budget, Concurrency, Pace, Priority, Retry};
use crate::transport::{BodyStream, Transport};

/// Tells the time. Libraries read no clock; whoever builds a client hands one in.
pub type Clock = Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>;

/// The time for a call unless told otherwise: more than three attempts of 30 s with their waits.
const OVERALL: Duration = Duration::from_secs(120);

/// How the client names itself unless told otherwise.
const DEFAULT_USER_AGENT: HeaderValue =
    HeaderValue::from_static(concat!("bitbucket-http-client/", env!("CARGO_PKG_VERSION")));

type Outcome<B> = Result<Response<B>, CallError>;

/// Makes calls to one base URL with one credential.
#[derive(Clone)]
pub struct Caller {
    base: BaseUrl,
    transport: Arc<dyn Transport>,
    auth: Arc<dyn Authorize>,
    clock: Clock,
    retry: Retry,
    overall: Duration,
    pace: Arc<Pace>,
    budget: Option<Arc<Budget>>,
    priority: Priority,
    concurrency: Option<Concurrency>,
    observer: Arc<dyn NoticeObserver>,
    user_agent: HeaderValue,
}

impl Caller {
    /// Calls `base` over `transport`, authorized by `auth`, and repeats by `retry`.
    #[must_use]
    pub fn new(
        base: BaseUrl,
        transport: Arc<dyn Transport>,
        auth: Arc<dyn Authorize>,
        clock: Clock,
        retry: Retry,
    ) -> Self {
        Self {
            base,
            transport,
            auth,
            clock,
            retry,
            overall: OVERALL,
            pace: Arc::default(),
            budget: None,
            priority: Priority::default(),
            concurrency: None,
            observer: Arc::new(LoggedNotices::default()),
            user_agent: DEFAULT_USER_AGENT,
        }
    }

    /// The same caller under another name.
    #[must_use]
    pub fn with_user_agent(self, user_agent: HeaderValue) -> Self {
        Self { user_agent, ..self }
    }

    /// The same caller with another way of retrying.
    #[must_use]
    pub fn with_retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    /// The same caller whose answers' [`Notice`](crate::Notice)s `observer` hears, in place of the log.
    #[must_use]
    pub fn with_observer(self, observer: Arc<dyn NoticeObserver>) -> Self {
        Self { observer, ..self }
    }

    /// The same caller at another pace, or at one shared with other callers of the same credential.
    #[must_use]
    pub fn with_pace(self, pace: Arc<Pace>) -> Self {
        Self { pace, ..self }
    }

    /// The same caller with another time for one call: all its attempts and waits together, to the last byte, or to the
    /// beginning of a streamed answer. Two minutes unless told otherwise; without a timer there is no limit.
    #[must_use]
    pub fn with_overall_timeout(self, overall: Duration) -> Self {
        Self { overall, ..self }
    }

    /// The same caller within an hourly budget, shared with other callers of the same credential.
    #[must_use]
    pub fn with_budget(self, budget: Arc<Budget>) -> Self {
        Self {
            budget: Some(budget),
            ..self
        }
    }

    /// The same caller, whose calls reach as far into the budget as `priority` may.
    #[must_use]
    pub fn with_priority(self, priority: Priority) -> Self {
        Self { priority, ..self }
    }

    /// The same caller with a limit on calls at a time, shared with other callers of the same credential.
    #[must_use]
    pub fn with_concurrency(self, concurrency: Concurrency) -> Self {
        Self {
            concurrency: Some(concurrency),
            ..self
        }
    }

    /// The address that every call goes to.
    #[must_use]
    pub fn base(&self) -> &BaseUrl {
        &self.base
    }

    /// Now, by the clock that was handed in.
    #[must_use]
    pub fn now(&self) -> jiff::Timestamp {
        (self.clock)()
    }

    /// Makes one call within a span `http.call` that names method, template, status, attempts and duration.
    pub async fn call(&self, call: &Call<'_>) -> Called {
        self.called(call, &Whole).await
    }

    /// Makes one call likewise, and gives its answer once the head is there: the call is over then, for its span and
    /// its attempts, and what follows of the body is the caller's affair.
    pub async fn stream(&self, call: &Call<'_>) -> Called<BodyStream> {
        self.called(call, &Streamed).await
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("base", &self.base)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
