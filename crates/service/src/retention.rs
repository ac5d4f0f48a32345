//! Forgets what is old, a few rows at a time. Several processes that do so at once do no harm.

use std::sync::Arc;
use std::time::Duration;

use bitbucket_integration_provider::ports::{Clock, Retention, StoreError};
use jiff::{SignedDuration, Timestamp};
use tokio::time::sleep;

use crate::config::RetentionConfig;

/// How many rows go at a time.
const BATCH: usize = 500;

/// The rest between two batches, in which others write.
const REST: Duration = Duration::from_millis(100);

/// How long a used token is kept after its end: no replica's clock is that late, or it would take no token for good.
const SPARE: SignedDuration = SignedDuration::from_hours(1);

/// How much was forgotten.
#[derive(Debug, Default, PartialEq, Eq)]
struct Forgotten {
    deliveries: u64,
    jobs: u64,
    pull_requests: u64,
    deploys: u64,
    used_tokens: u64,
}

/// What is forgotten and when.
#[derive(Clone)]
pub(crate) struct Forgetting {
    pub(crate) store: Arc<dyn Retention>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) kept: RetentionConfig,
}

impl Forgetting {
    /// Forgets all that is old now, and says how much that was.
    pub(crate) async fn run(&self) -> Result<(), StoreError> {
        let forgotten = self.round().await?;
        if forgotten != Forgotten::default() {
            tracing::info!(
                forgotten.deliveries = forgotten.deliveries,
                forgotten.jobs = forgotten.jobs,
                forgotten.pull_requests = forgotten.pull_requests,
                forgotten.deploys = forgotten.deploys,
                forgotten.used_tokens = forgotten.used_tokens,
                "what is old was forgotten"
            );
        }
        Ok(())
    }

    /// Forgets all that is old now.
    async fn round(&self) -> Result<Forgotten, StoreError> {
        let (store, now) = (&self.store, self.clock.now());
        let received = days_before(now, self.kept.deliveries_days);
        let finished = days_before(now, self.kept.jobs_days);
        let updated = days_before(now, self.kept.pull_requests_days);
        // A deploy is not told again while the job is known that told of it.
        let deployed = days_before(now, self.kept.deploys_days.max(self.kept.jobs_days));
        let expired = before(now, SPARE);
        Ok(Forgotten {
            deliveries: batches(|| store.forget_deliveries(received, BATCH)).await?,
            jobs: batches(|| store.forget_done_jobs(finished, BATCH)).await?,
            pull_requests: batches(|| store.forget_pull_requests(updated, BATCH)).await?,
            deploys: batches(|| store.forget_deploys(deployed, BATCH)).await?,
            used_tokens: batches(|| store.forget_used_tokens(expired, BATCH)).await?,
        })
    }
}

/// Forgets batch after batch until there is nothing more; says how many rows that were.
async fn batches<F>(mut batch: impl FnMut() -> F) -> Result<u64, StoreError>
where
    F: Future<Output = Result<u64, StoreError>>,
{
    let mut all = 0;
    while let forgotten @ 1.. = batch().await? {
        all += forgotten;
        sleep(REST).await;
    }
    Ok(all)
}

/// So many days before this time, or the beginning of time.
pub(crate) fn days_before(now: Timestamp, days: u32) -> Timestamp {
    before(now, SignedDuration::from_hours(24 * i64::from(days)))
}

fn before(now: Timestamp, span: SignedDuration) -> Timestamp {
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
        let (ninety, finished) = (days_before(now(), 90), days_before(now(), 400));
        let mut left = [500, 500, 7, 0].into_iter();
        store
            .expect_forget_deliveries()
            .withf(move |before, limit| *before == ninety && *limit == BATCH)
            .times(4)
            .returning(move |_, _| Ok(left.next().unwrap_or(0)));
        store
            .expect_forget_done_jobs()
            .withf(move |before, _| *before == finished)
            .times(1)
            .returning(|_, _| Ok(0));
        let mut left = [2, 0].into_iter();
        store
            .expect_forget_used_tokens()
            .withf(|before, _| now().duration_since(*before) == SignedDuration::from_hours(1))
            .times(2)
            .returning(move |_, _| Ok(left.next().unwrap_or(0)));
        let (year, days) = (days_before(now(), 365), days_before(now(), 400));
        let mut left = [3, 0].into_iter();
        store
            .expect_forget_pull_requests()
            .withf(move |before, _| *before == year)
            .times(2)
            .returning(move |_, _| Ok(left.next().unwrap_or(0)));
        let mut left = [4, 0].into_iter();
        store
            .expect_forget_deploys()
            .withf(move |before, _| *before == days)
            .times(2)
            .returning(move |_, _| Ok(left.next().unwrap_or(0)));
        let forgetting = Forgetting {
            store: Arc::new(store),
            clock: StandingClock::new(),
            kept: RetentionConfig {
                jobs_days: 400,
                ..RetentionConfig::default()
            },
        };
        let forgotten = Forgotten {
            deliveries: 1007,
            jobs: 0,
            pull_requests: 3,
            deploys: 4,
            used_tokens: 2,
        };
        assert_eq!(forgetting.round().await.unwrap(), forgotten);
    }
}
