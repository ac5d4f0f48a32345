//! Forgets what is old, in the background and a few rows at a time. Several processes that do so at once do no harm.

use std::sync::Arc;
use std::time::Duration;

use bitbucket_integration_provider::ports::{Clock, Retention, StoreError};
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};
use tokio_util::sync::CancellationToken;

use crate::config::RetentionConfig;
use crate::telling::chain;

/// How often it is looked for what is old.
const GLANCE: Duration = Duration::from_secs(600);

/// How many rows go at a time.
const BATCH: usize = 500;

/// The rest between two batches, in which others write.
const REST: Duration = Duration::from_millis(100);

/// What is forgotten and when.
#[derive(Clone)]
pub(crate) struct Forgetting {
    pub(crate) store: Arc<dyn Retention>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) kept: RetentionConfig,
}

/// Forgets until `stop`.
pub(crate) async fn run(forgetting: Forgetting, stop: CancellationToken) {
    let mut glances = interval_at(Instant::now() + GLANCE, GLANCE);
    glances.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let rounds = async {
        loop {
            glances.tick().await;
            match forgetting.round().await {
                Ok((0, 0)) => {}
                Ok((deliveries, jobs)) => {
                    tracing::info!(
                        forgotten.deliveries = deliveries,
                        forgotten.jobs = jobs,
                        "what is old was forgotten"
                    );
                }
                Err(error) => {
                    tracing::warn!(error.code = error.code(), error = %chain(&error), "what is old could not be forgotten");
                }
            }
        }
    };
    let _stopped = stop.run_until_cancelled(rounds).await;
}

impl Forgetting {
    /// Forgets all that is old now; says how many deliveries and jobs that were.
    async fn round(&self) -> Result<(u64, u64), StoreError> {
        let now = self.clock.now();
        let (mut deliveries, mut jobs) = (0, 0);
        let received_before = days_before(now, self.kept.deliveries_days);
        while let forgotten @ 1.. = self.store.forget_deliveries(received_before, BATCH).await? {
            deliveries += forgotten;
            sleep(REST).await;
        }
        let finished_before = days_before(now, self.kept.jobs_days);
        while let forgotten @ 1.. = self.store.forget_done_jobs(finished_before, BATCH).await? {
            jobs += forgotten;
            sleep(REST).await;
        }
        Ok((deliveries, jobs))
    }
}

/// So many days before this time, or the beginning of time.
pub(crate) fn days_before(now: Timestamp, days: u32) -> Timestamp {
    let span = SignedDuration::from_hours(24 * i64::from(days));
    now.checked_sub(span).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use bitbucket_integration_provider::ports::MockRetention;

    use super::*;
    use crate::testing::{StandingClock, now};

    #[tokio::test(start_paused = true)]
    async fn batches_follow_each_other_until_nothing_is_old() {
        let mut store = MockRetention::new();
        let (ninety, thirty) = (days_before(now(), 90), days_before(now(), 30));
        let mut left = [500, 500, 7, 0].into_iter();
        store
            .expect_forget_deliveries()
            .withf(move |before, limit| *before == ninety && *limit == BATCH)
            .times(4)
            .returning(move |_, _| Ok(left.next().unwrap_or(0)));
        store
            .expect_forget_done_jobs()
            .withf(move |before, _| *before == thirty)
            .times(1)
            .returning(|_, _| Ok(0));
        let forgetting = Forgetting {
            store: Arc::new(store),
            clock: StandingClock::new(),
            kept: RetentionConfig::default(),
        };
        assert_eq!(forgetting.round().await.unwrap(), (1007, 0));
    }
}
