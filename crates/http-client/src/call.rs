//! One call to an HTTP API: addressed, authorized, repeated where that is sound, traced. Free of any particular API.

mod outcome;
mod request;
mod taking;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use tracing::{Instrument as _, Span, field};

pub use self::outcome::{CallError, Called};
pub use self::request::Call;
use self::taking::{Streamed, Taking, Whole};
use crate::authorize::{Authorize, RequestParts};
use crate::base_url::BaseUrl;
use crate::notice::{LoggedNotices, NoticeObserver, near_limit, notices};
use crate::policy::{Pace, Retry, Seen, parse_retry_after};
use crate::transport::{BodyStream, Transport};

/// Tells the time. Libraries read no clock; whoever builds a client hands one in.
pub type Clock = Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>;

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
    pace: Arc<Pace>,
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
            pace: Arc::default(),
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

    async fn called<T: Taking>(&self, call: &Call<'_>, taking: &T) -> Called<T::Body> {
        let span = tracing::info_span!(
            "http.call",
            http.method = call.method,
            http.template = call.template,
            http.status = field::Empty,
            http.attempts = field::Empty,
            http.duration_ms = field::Empty,
            error.code = field::Empty,
        );
        let called = self.attempts(call, taking).instrument(span.clone()).await;
        record(&span, &called);
        called
    }

    async fn attempts<T: Taking>(&self, call: &Call<'_>, taking: &T) -> Called<T::Body> {
        let started = self.now();
        let mut attempt = 1;
        let mut renewed = false;
        let mut may_have_acted = false;
        loop {
            let (outcome, presented) = self.attempt(call, taking).await;
            let status = outcome.as_ref().ok().map(Response::status);
            let renew = !renewed && self.renews(status, presented.as_ref()).await;
            let seen = self.seen(&outcome);
            if !renew && !self.again(call, attempt, seen).await {
                let elapsed =
                    Duration::try_from(self.now().duration_since(started)).unwrap_or_default();
                return Called {
                    outcome,
                    attempts: attempt,
                    may_have_acted,
                    elapsed,
                    presented,
                };
            }
            tracing::debug!(
                http.attempt = attempt,
                error.code = code(&outcome),
                "the call is tried again"
            );
            renewed |= renew;
            may_have_acted |= may_have_been_acted_upon(&outcome);
            attempt += 1;
        }
    }

    /// Whether the credential was refused and can renew itself. A request that was refused was not acted upon.
    async fn renews(&self, status: Option<StatusCode>, presented: Option<&HeaderValue>) -> bool {
        match (status, presented) {
            (Some(StatusCode::UNAUTHORIZED), Some(presented)) => self.auth.refused(presented).await,
            _ => false,
        }
    }

    async fn again(&self, call: &Call<'_>, attempt: u32, seen: Option<Seen<'_>>) -> bool {
        match seen {
            Some(seen) => self.retry.again(attempt, call.repeat, seen).await,
            None => false,
        }
    }

    fn seen<'a, B>(&self, outcome: &'a Outcome<B>) -> Option<Seen<'a>> {
        match outcome {
            Ok(answer) => {
                let asked = parse_retry_after(answer.headers(), self.now());
                Some(Seen::Answer(answer.status(), asked))
            }
            Err(CallError::Transport(error)) => Some(Seen::Nothing(error)),
            Err(CallError::Authorize(_) | CallError::Path) => None,
        }
    }

    async fn attempt<T: Taking>(
        &self,
        call: &Call<'_>,
        taking: &T,
    ) -> (Outcome<T::Body>, Option<HeaderValue>) {
        self.retry.turn(&self.pace).await;
        let request = match self.authorized(call).await {
            Ok(request) => request,
            Err(error) => return (Err(error), None),
        };
        let presented = request.headers().get(AUTHORIZATION).cloned();
        let outcome = taking.take(self.transport.as_ref(), request).await;
        if let Ok(answer) = &outcome {
            self.hear(call.template, answer.headers());
        }
        (outcome.map_err(CallError::Transport), presented)
    }

    fn hear(&self, template: &'static str, headers: &HeaderMap) {
        self.pace.note(near_limit(headers));
        for notice in notices(template, headers) {
            self.observer.notice(&notice);
        }
    }

    async fn authorized(&self, call: &Call<'_>) -> Result<http::Request<Bytes>, CallError> {
        let uri = self
            .base
            .address(&call.path_and_query)
            .map_err(|_| CallError::Path)?;
        let (path, query) = match call.path_and_query.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (call.path_and_query.as_ref(), None),
        };
        let parts = RequestParts {
            method: call.method,
            path,
            query,
            now: self.now(),
        };
        let authorization = self
            .auth
            .authorization(&parts)
            .await
            .map_err(CallError::Authorize)?;
        let (media_type, body) = call
            .body
            .clone()
            .map_or((None, Bytes::new()), |(kind, body)| (Some(kind), body));
        let mut request = http::Request::builder()
            .method(call.method)
            .uri(uri)
            .body(body)
            .map_err(|_| CallError::Path)?;
        self.fill(request.headers_mut(), call, media_type, authorization);
        Ok(request)
    }

    fn fill(
        &self,
        headers: &mut HeaderMap,
        call: &Call<'_>,
        media_type: Option<HeaderValue>,
        authorization: Option<HeaderValue>,
    ) {
        headers.insert(ACCEPT, call.accept.clone());
        headers.insert(USER_AGENT, self.user_agent.clone());
        if let Some(media_type) = media_type {
            headers.insert(CONTENT_TYPE, media_type);
        }
        if let Some(mut authorization) = authorization {
            authorization.set_sensitive(true);
            headers.insert(AUTHORIZATION, authorization);
        }
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

/// Whether the peer may have done what the request asks although the outcome does not say so.
fn may_have_been_acted_upon<B>(outcome: &Outcome<B>) -> bool {
    match outcome {
        Ok(answer) => answer.status().is_server_error(),
        Err(CallError::Transport(error)) => !error.is_unsent(),
        Err(CallError::Authorize(_) | CallError::Path) => false,
    }
}

fn code<B>(outcome: &Outcome<B>) -> &'static str {
    match outcome {
        Ok(_) => "status",
        Err(error) => error.code(),
    }
}

fn record<B>(span: &Span, called: &Called<B>) {
    span.record("http.attempts", called.attempts);
    span.record(
        "http.duration_ms",
        u64::try_from(called.elapsed.as_millis()).unwrap_or(u64::MAX),
    );
    match &called.outcome {
        Ok(answer) => span.record("http.status", answer.status().as_u16()),
        Err(error) => span.record("error.code", error.code()),
    };
}

#[cfg(test)]
mod tests;
