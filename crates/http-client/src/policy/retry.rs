//! Retrying: what may be repeated, how often, and how long to wait in between.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use super::{Jitter, Pace, Wait};
use crate::transport::TransportError;

/// Whether sending a request twice does no more than sending it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Repeat {
    /// Harmless: reading, replacing, removing.
    Safe,
    /// It may act twice: creating.
    Unsafe,
}

impl Repeat {
    /// By the method (RFC 9110 §9.2.2): everything but POST and PATCH is safe to repeat.
    #[must_use]
    pub fn of_method(method: &str) -> Self {
        match method {
            "GET" | "HEAD" | "PUT" | "DELETE" | "OPTIONS" => Self::Safe,
            _ => Self::Unsafe,
        }
    }
}

/// What one attempt brought.
#[derive(Debug, Clone, Copy)]
pub enum Seen<'a> {
    /// An answer, with the wait it asked for.
    Answer(StatusCode, Option<Duration>),
    /// None.
    Nothing(&'a TransportError),
}

/// What to do after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Take what came.
    Stop,
    /// Try again after this wait.
    Again(Duration),
}

/// The bounds of retrying.
///
/// - An answer of 429 is tried again whatever the request: it was not acted upon.
/// - An answer of 500, 502, 503, 504 or 555, a time-out, a cut connection: only where repeating is safe.
/// - A connection that was closed before the answer is tried again once at once: it was a stale pooled one.
/// - A request that never left is tried again whatever it was.
///
/// The wait doubles with every attempt, between half and all of it by [`Jitter`]. A peer's `Retry-After` counts as the
/// least wait; when that is longer than [`RetryPolicy::longest_wait`], the answer is given back at once, so that a
/// durable queue can wait instead of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The most attempts, the first included; 1 never retries.
    pub attempts: u32,
    /// The wait after the first attempt, before jitter.
    pub first_wait: Duration,
    /// The longest single wait.
    pub longest_wait: Duration,
}

impl Default for RetryPolicy {
    /// Three attempts, 250 ms doubling, no wait above 5 s.
    fn default() -> Self {
        Self {
            attempts: 3,
            first_wait: Duration::from_millis(250),
            longest_wait: Duration::from_secs(5),
        }
    }
}

impl RetryPolicy {
    /// One attempt.
    #[must_use]
    pub const fn never() -> Self {
        Self {
            attempts: 1,
            first_wait: Duration::ZERO,
            longest_wait: Duration::ZERO,
        }
    }

    /// What to do after attempt number `attempt` (from 1) brought `seen`; `fraction` is the jitter in `0.0..1.0`.
    #[must_use]
    pub fn decide(&self, attempt: u32, repeat: Repeat, seen: Seen<'_>, fraction: f64) -> Decision {
        if attempt >= self.attempts || !is_worth_repeating(repeat, seen) {
            return Decision::Stop;
        }
        if attempt == 1 && matches!(seen, Seen::Nothing(TransportError::ClosedBeforeAnswer)) {
            return Decision::Again(Duration::ZERO);
        }
        let own = self.back_off(attempt, fraction);
        match seen {
            Seen::Answer(_, Some(asked)) if asked > self.longest_wait => Decision::Stop,
            Seen::Answer(_, Some(asked)) => Decision::Again(asked.max(own)),
            Seen::Answer(_, None) | Seen::Nothing(_) => Decision::Again(own),
        }
    }

    fn back_off(&self, attempt: u32, fraction: f64) -> Duration {
        let doubled = self
            .first_wait
            .saturating_mul(1_u32.checked_shl(attempt - 1).unwrap_or(u32::MAX));
        let full = doubled.min(self.longest_wait);
        full.mul_f64(0.5 + fraction.clamp(0.0, 1.0) / 2.0)
    }
}

fn is_worth_repeating(repeat: Repeat, seen: Seen<'_>) -> bool {
    let safe = repeat == Repeat::Safe;
    match seen {
        Seen::Answer(StatusCode::TOO_MANY_REQUESTS, _) => true,
        Seen::Answer(status, _) => safe && matches!(status.as_u16(), 500 | 502 | 503 | 504 | 555),
        Seen::Nothing(error) => error.is_retryable() && (safe || error.is_unsent()),
    }
}

/// A policy with the timer and the randomness it needs: all that retrying takes.
#[derive(Clone)]
pub struct Retry {
    policy: RetryPolicy,
    wait: Option<Arc<dyn Wait>>,
    jitter: Jitter,
}

impl Retry {
    /// Retries by `policy`.
    #[must_use]
    pub fn new(policy: RetryPolicy, wait: Arc<dyn Wait>, jitter: Jitter) -> Self {
        Self {
            policy,
            wait: Some(wait),
            jitter,
        }
    }

    /// Never retries and needs no timer.
    #[must_use]
    pub fn never() -> Self {
        Self {
            policy: RetryPolicy::never(),
            wait: None,
            jitter: Jitter::seeded(0),
        }
    }

    /// Takes a turn at `pace`; without a timer every call goes at once.
    pub async fn turn(&self, pace: &Pace) {
        if let Some(wait) = &self.wait {
            pace.turn(wait.as_ref()).await;
        }
    }

    /// The timer, if there is one.
    pub(crate) fn timer(&self) -> Option<&dyn Wait> {
        self.wait.as_deref()
    }

    /// Returns after `duration`, or never without a timer.
    pub(crate) async fn limit(&self, duration: Duration) {
        match &self.wait {
            Some(wait) => wait.limit(duration).await,
            None => std::future::pending::<()>().await,
        }
    }

    /// Waits, if attempt number `attempt` (from 1) should be followed by another.
    pub async fn again(&self, attempt: u32, repeat: Repeat, seen: Seen<'_>) -> bool {
        let Some(wait) = &self.wait else { return false };
        match self
            .policy
            .decide(attempt, repeat, seen, self.jitter.fraction())
        {
            Decision::Stop => false,
            Decision::Again(Duration::ZERO) => true,
            Decision::Again(duration) => {
                wait.wait(duration).await;
                true
            }
        }
    }
}

impl fmt::Debug for Retry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retry")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
