//! The hourly budget: Bitbucket gives a credential so many requests an hour, and this decides what they are spent on.

mod counter;
mod memory;
mod priority;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use jiff::Timestamp;

#[cfg(any(test, feature = "mock"))]
pub use self::counter::MockRequestCounter;
pub use self::counter::{Counted, CounterError, RequestCounter};
pub use self::memory::MemoryCounter;
pub use self::priority::Priority;
use super::{Wait, parse_retry_after};
use crate::notice::near_limit;

/// What Bitbucket gives an authenticated credential for `/2.0/repositories`, per rolling hour.
pub const REQUESTS_PER_HOUR: u32 = 1_000;

/// The longest that a call waits for its share, unless told otherwise.
const DEFAULT_LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How long all calls pause after a 429 that does not say.
const PAUSE_AFTER_REFUSAL: Duration = Duration::from_secs(60);
/// How long background calls pause after an answer said that the allowance is running out.
const PAUSE_NEAR_LIMIT: Duration = Duration::from_secs(5 * 60);
/// A call that found no share after so many waits is refused: others are faster.
const MOST_WAITS: u32 = 3;

/// The requests that one credential may make in an hour. Shared by all calls with that credential; processes share one
/// by a [`RequestCounter`] on what they share.
///
/// Each attempt counts. What may still go when part of the hour's requests is spent depends on the call's [`Priority`]:
/// the last tenth is kept for what a person waits for, and background work stops at seven tenths, so that a long import
/// never holds up a push. A call without a share waits if one is free within [`Budget::with_longest_wait`]; otherwise,
/// and for background work always, it is refused with the time at which to come again: a durable queue waits better
/// than a task.
///
/// Answers teach it: `X-RateLimit-Limit` sets the hour's requests, `X-RateLimit-NearLimit` stops background work for a
/// while, and a 429 stops everything for as long as it asks, or a minute.
pub struct Budget {
    credential: String,
    counter: Arc<dyn RequestCounter>,
    longest_wait: Duration,
    per_hour: AtomicU32,
    /// Epoch milliseconds until which nothing goes, and until which no background work goes.
    paused_until: AtomicI64,
    background_paused_until: AtomicI64,
}

/// The hour's requests are spent, as far as the call's priority reaches. Nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the hour's requests are spent for {priority} calls; the next may go in {} s", retry_after.as_secs())]
pub struct BudgetExhausted {
    /// The priority of the call.
    pub priority: Priority,
    /// When a call of this priority may go.
    pub retry_after: Duration,
}

impl Budget {
    /// [`REQUESTS_PER_HOUR`] for the credential that `credential` names. The name tells credentials apart and must not
    /// be one.
    #[must_use]
    pub fn new(credential: impl Into<String>, counter: Arc<dyn RequestCounter>) -> Self {
        Self {
            credential: credential.into(),
            counter,
            longest_wait: DEFAULT_LONGEST_WAIT,
            per_hour: AtomicU32::new(REQUESTS_PER_HOUR),
            paused_until: AtomicI64::new(i64::MIN),
            background_paused_until: AtomicI64::new(i64::MIN),
        }
    }

    /// The same budget of so many requests an hour, until an answer says otherwise.
    #[must_use]
    pub fn with_requests_per_hour(self, requests: u32) -> Self {
        Self {
            per_hour: AtomicU32::new(requests),
            ..self
        }
    }

    /// The same budget with another longest wait for a share.
    #[must_use]
    pub fn with_longest_wait(self, longest_wait: Duration) -> Self {
        Self {
            longest_wait,
            ..self
        }
    }

    /// The hour's requests, as given or as an answer said last.
    #[must_use]
    pub fn requests_per_hour(&self) -> u32 {
        self.per_hour.load(Ordering::Relaxed)
    }

    /// Takes one request from the budget, after a wait where that is due; without a timer no call waits.
    ///
    /// # Errors
    ///
    /// [`BudgetExhausted`] when there is no share for a call of `priority`.
    pub async fn take(
        &self,
        priority: Priority,
        now: &(dyn Fn() -> Timestamp + Send + Sync),
        wait: Option<&dyn Wait>,
    ) -> Result<(), BudgetExhausted> {
        let mut waits = 0;
        loop {
            let at = now();
            let Some(free_at) = self.try_take(priority, at).await else {
                return Ok(());
            };
            let needed = Duration::try_from(free_at.duration_since(at)).unwrap_or_default();
            let may_wait = priority.waits() && needed <= self.longest_wait && waits < MOST_WAITS;
            match wait.filter(|_| may_wait) {
                Some(wait) => wait.wait(needed).await,
                None => {
                    return Err(BudgetExhausted {
                        priority,
                        retry_after: needed,
                    });
                }
            }
            waits += 1;
        }
    }

    /// Learns from an answer.
    pub fn note(&self, status: StatusCode, headers: &HeaderMap, now: Timestamp) {
        if let Some(limit) = stated_limit(headers) {
            self.per_hour.store(limit, Ordering::Relaxed);
        }
        if near_limit(headers) {
            pause(&self.background_paused_until, now, PAUSE_NEAR_LIMIT);
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            let asked = parse_retry_after(headers, now).unwrap_or(PAUSE_AFTER_REFUSAL);
            pause(&self.paused_until, now, asked);
        }
    }

    /// Takes one request; otherwise says when to try again.
    async fn try_take(&self, priority: Priority, now: Timestamp) -> Option<Timestamp> {
        if let Some(until) = self.paused(priority, now) {
            return Some(until);
        }
        let ceiling = priority.share_of(self.requests_per_hour());
        match self.counter.count(&self.credential, now, ceiling).await {
            Ok(Counted::Taken) => None,
            Ok(Counted::Full { free_at }) => Some(free_at),
            Err(error) => {
                // Bitbucket counts as well; a lost counter must not stop the work.
                tracing::warn!(%error, "the request is made uncounted");
                None
            }
        }
    }

    fn paused(&self, priority: Priority, now: Timestamp) -> Option<Timestamp> {
        let background = match priority {
            Priority::Background => self.background_paused_until.load(Ordering::Relaxed),
            Priority::Interactive | Priority::Normal => i64::MIN,
        };
        let until = self.paused_until.load(Ordering::Relaxed).max(background);
        let until = Timestamp::from_millisecond(until).ok()?;
        (until > now).then_some(until)
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget")
            .field("credential", &self.credential)
            .field("requests_per_hour", &self.requests_per_hour())
            .finish_non_exhaustive()
    }
}

fn pause(until: &AtomicI64, now: Timestamp, pause: Duration) {
    let pause = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
    until.fetch_max(
        now.as_millisecond().saturating_add(pause),
        Ordering::Relaxed,
    );
}

/// The hour's requests in `X-RateLimit-Limit`; a peer that gives none is not believed.
fn stated_limit(headers: &HeaderMap) -> Option<u32> {
    let limit = headers.get("x-ratelimit-limit")?.to_str().ok()?;
    limit.trim().parse().ok().filter(|limit| *limit > 0)
}

#[cfg(test)]
mod tests;
