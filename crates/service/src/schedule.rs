//! What comes round again. Each round is a row that one of all processes claims; whoever holds it keeps its lease until it is done.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bitbucket_integration_provider::Integration;
use bitbucket_integration_provider::ports::{Round, Schedule, Schedules, StoreError};
use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::clock::rest_until;
use crate::metrics::Metrics;
use crate::retention::Forgetting;
use crate::telling::chain;
use crate::workers::Waker;

/// For how long a round is claimed at a time.
const LEASE: Duration = Duration::from_secs(60);

/// The longest rest between two looks: another process may have died in a round, a clock may have jumped.
const LONGEST_REST: Duration = Duration::from_secs(60);

/// The shortest rest, as when another process is at a round.
const SHORTEST_REST: Duration = Duration::from_secs(1);

/// How many jobs that wait for nobody are let go at a time.
const STRANDED: usize = 1000;

/// What is done in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// Looks at every connected workspace are asked for. Asking twice in one interval asks for nothing new.
    Sync,
    /// Jobs that wait in their order for nobody are let go.
    Order,
    /// What is old is forgotten.
    Retention,
}

impl What {
    const ALL: [Self; 3] = [Self::Sync, Self::Order, Self::Retention];

    pub(crate) const fn schedule(self) -> Schedule {
        let (name, seconds) = match self {
            Self::Sync => ("repository_sync", 60),
            Self::Order => ("job_order", 60),
            Self::Retention => ("retention", 600),
        };
        Schedule {
            name,
            every: Duration::from_secs(seconds),
        }
    }
}

/// Does rounds.
#[derive(Clone)]
pub(crate) struct Rounds {
    pub(crate) schedules: Arc<dyn Schedules>,
    pub(crate) integration: Integration,
    pub(crate) forgetting: Forgetting,
    pub(crate) waker: Waker,
    pub(crate) metrics: Arc<Metrics>,
    /// Told when somebody moved the clock.
    pub(crate) moved: Arc<Notify>,
}

/// Does what is due until `stop`. A round that is cut off is done again when its lease has ended.
pub(crate) async fn run(rounds: Rounds, stop: CancellationToken) {
    let [sync, order, retention] = What::ALL.map(|what| rounds.follow(what));
    let all = async { tokio::join!(sync, order, retention) };
    let _stopped = stop.run_until_cancelled(all).await;
}

impl Rounds {
    /// Follows one schedule.
    async fn follow(&self, what: What) {
        let mut planned = false;
        loop {
            let moved = self.moved.notified();
            let rest = match self.look(what, &mut planned).await {
                Ok(rest) => rest,
                Err(error) => {
                    let name = what.schedule().name;
                    tracing::warn!(schedule.name = name, error.code = error.code(), error = %chain(&error), "a schedule could not be looked at");
                    LONGEST_REST
                }
            };
            tokio::select! {
                () = moved => {}
                () = sleep(rest) => {}
            }
        }
    }

    /// Does what is due; says how long to rest after it.
    async fn look(&self, what: What, planned: &mut bool) -> Result<Duration, StoreError> {
        let schedule = what.schedule();
        if !*planned {
            self.schedules.plan(&[schedule], self.now()).await?;
            *planned = true;
        }
        let claim = self.schedules.claim_round(schedule, self.now(), LEASE);
        if let Some(round) = claim.await? {
            self.hold(what, &round, self.perform(what)).await?;
        }
        let standings = self.schedules.standings().await?;
        let own = standings.iter().find(|one| one.name == schedule.name);
        // A round that another one is at is due when that lease ends.
        let due = own.map(|own| {
            own.leased_until
                .map_or(own.due_at, |until| until.max(own.due_at))
        });
        // A database that was emptied knows no schedules.
        *planned = due.is_some();
        Ok(due.map_or(SHORTEST_REST, |due| {
            rest_until(due, self.now(), SHORTEST_REST..=LONGEST_REST)
        }))
    }

    /// Does a round and keeps its lease meanwhile. One that failed is over as well: the next one comes in its time.
    async fn hold(
        &self,
        what: What,
        round: &Round,
        work: impl Future<Output = Result<(), StoreError>>,
    ) -> Result<(), StoreError> {
        let started = Instant::now();
        let mut work = pin!(work);
        let done = loop {
            tokio::select! {
                biased;
                done = &mut work => break done,
                () = sleep(LEASE / 3) => {}
            }
            match self.schedules.keep_round(round, self.now(), LEASE).await {
                Err(StoreError::LeaseLost) => break Err(StoreError::LeaseLost),
                Err(error) => {
                    tracing::warn!(schedule.name = round.schedule, error.code = error.code(), error = %chain(&error), "a round could not be kept");
                }
                Ok(()) => {}
            }
        };
        let outcome = match &done {
            Ok(()) => "done",
            Err(StoreError::LeaseLost) => "lease_lost",
            Err(_) => "failed",
        };
        let name = what.schedule().name;
        self.metrics.round(name, outcome, started.elapsed());
        if let Err(error) = &done {
            tracing::warn!(schedule.name = name, error.code = error.code(), error = %chain(error), "a round of a schedule failed");
        }
        if matches!(done, Err(StoreError::LeaseLost)) {
            return Ok(());
        }
        self.schedules.finish_round(round, self.now()).await
    }

    async fn perform(&self, what: What) -> Result<(), StoreError> {
        match what {
            What::Sync => {
                if self.integration.schedule_sync().await? > 0 {
                    self.waker.wake();
                }
            }
            What::Order => {
                let jobs = &self.integration.ports().jobs;
                while let stranded @ 1.. = jobs.release_stranded(STRANDED).await? {
                    tracing::warn!(
                        jobs.stranded = stranded,
                        "jobs waited for one that was gone"
                    );
                    self.waker.wake();
                }
            }
            What::Retention => self.forgetting.run().await?,
        }
        Ok(())
    }

    fn now(&self) -> Timestamp {
        self.integration.ports().clock.now()
    }
}

#[cfg(test)]
mod tests;
