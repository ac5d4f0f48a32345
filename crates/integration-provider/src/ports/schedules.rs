//! What comes round again: rows that are claimed like jobs, so that of many processes one does it.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreError;

/// What comes round again, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// A stable name.
    pub name: &'static str,
    /// The time from one round to the next.
    pub every: Duration,
}

/// The right to do one round until its lease ends. Somebody else may have it then; the token tells them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Of which schedule.
    pub schedule: String,
    /// Grows with every claim, so that a stale holder can't finish the round.
    pub token: i64,
    /// When it was due.
    pub due_at: Timestamp,
}

/// Where a schedule stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleStanding {
    /// Its name.
    pub name: String,
    /// When its next round is due.
    pub due_at: Timestamp,
    /// Until when somebody is at it.
    pub leased_until: Option<Timestamp>,
    /// When its last round was done.
    pub done_at: Option<Timestamp>,
}

/// Schedules that all processes share.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Schedules: Send + Sync {
    /// Makes sure that these are known with these intervals. One that is new has its first round an interval from now; for one whose interval
    /// became shorter it comes no later than that.
    async fn plan(&self, schedules: &[Schedule], now: Timestamp) -> Result<(), StoreError>;

    /// Claims the round of this schedule for `lease_for` if it is due and nobody is at it. A round that lies further ahead than it ever is
    /// planned, and a lease that lasts longer than any is given, are left by a clock that went back: they count as due and as ended.
    async fn claim_round(
        &self,
        schedule: Schedule,
        now: Timestamp,
        lease_for: Duration,
    ) -> Result<Option<Round>, StoreError>;

    /// Keeps a round until `now + lease_for`.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when it is somebody else's now.
    async fn keep_round(
        &self,
        round: &Round,
        now: Timestamp,
        lease_for: Duration,
    ) -> Result<(), StoreError>;

    /// Ends a round; the next one is due in the same rhythm, those that were missed aside.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when it is somebody else's now.
    async fn finish_round(&self, round: &Round, now: Timestamp) -> Result<(), StoreError>;

    /// All that are known, by name.
    async fn standings(&self) -> Result<Vec<ScheduleStanding>, StoreError>;
}
