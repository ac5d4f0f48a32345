//! The attempts of one call, within its time.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use http::{HeaderValue, Response, StatusCode};
use tracing::{Instrument as _, Span, field};

use super::taking::Taking;
use super::{Call, CallError, Called, Caller, Outcome};
use crate::policy::{Seen, parse_retry_after};
use crate::transport::TransportError;

/// What has been done of a call so far.
#[derive(Default)]
struct Progress {
    attempts: u32,
    may_have_acted: bool,
    presented: Option<HeaderValue>,
}

impl Caller {
    /// One call within its span.
    pub(super) async fn called<T: Taking>(&self, call: &Call<'_>, taking: &T) -> Called<T::Body> {
        let span = tracing::info_span!(
            "http.call",
            http.method = call.method,
            http.template = call.template,
            http.status = field::Empty,
            http.attempts = field::Empty,
            http.duration_ms = field::Empty,
            error.code = field::Empty,
        );
        let called = self.in_time(call, taking).instrument(span.clone()).await;
        record(&span, &called);
        called
    }

    async fn in_time<T: Taking>(&self, call: &Call<'_>, taking: &T) -> Called<T::Body> {
        let started = self.now();
        let mut progress = Progress::default();
        let outcome = {
            let attempts = pin!(self.attempts(call, taking, &mut progress));
            let limit = self.overall;
            match select(attempts, pin!(self.retry.limit(limit))).await {
                Either::Left((outcome, _)) => outcome,
                Either::Right(_) => Err(CallError::Transport(TransportError::TimedOut { limit })),
            }
        };
        let elapsed = Duration::try_from(self.now().duration_since(started)).unwrap_or_default();
        Called {
            outcome,
            attempts: progress.attempts,
            may_have_acted: progress.may_have_acted,
            elapsed,
            presented: progress.presented,
        }
    }

    async fn attempts<T: Taking>(
        &self,
        call: &Call<'_>,
        taking: &T,
        progress: &mut Progress,
    ) -> Outcome<T::Body> {
        let mut renewed = false;
        let mut before = None;
        loop {
            let (outcome, presented) = self.attempt(call, taking).await;
            if matches!(outcome, Err(CallError::Budget(_))) {
                // Nothing was sent; what an earlier attempt brought says more.
                return before.unwrap_or(outcome);
            }
            progress.attempts += 1;
            progress.presented = presented;
            let status = outcome.as_ref().ok().map(Response::status);
            let renew = !renewed && self.renews(status, progress.presented.as_ref()).await;
            let seen = self.seen(&outcome);
            if !renew && !self.again(call, progress.attempts, seen).await {
                return outcome;
            }
            tracing::debug!(
                http.attempt = progress.attempts,
                error.code = code(&outcome),
                "the call is tried again"
            );
            renewed |= renew;
            progress.may_have_acted |= may_have_been_acted_upon(&outcome);
            before = Some(outcome);
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
            Err(
                CallError::Authorize(_)
                | CallError::Budget(_)
                | CallError::Redirect(_)
                | CallError::Path,
            ) => None,
        }
    }
}

/// Whether the peer may have done what the request asks although the outcome does not say so.
fn may_have_been_acted_upon<B>(outcome: &Outcome<B>) -> bool {
    match outcome {
        Ok(answer) => answer.status().is_server_error(),
        Err(CallError::Transport(error)) => !error.is_unsent(),
        Err(
            CallError::Authorize(_)
            | CallError::Budget(_)
            | CallError::Redirect(_)
            | CallError::Path,
        ) => false,
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
