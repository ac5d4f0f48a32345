//! Workers: claim due jobs under a lease, keep the lease while a job runs, rest until the next one is due.
//!
//! What a job does and how it is settled is the integration's business; here is only when and how many.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bitbucket_integration_provider::ports::{Failure, Job, Lease, StoreError, Work};
use bitbucket_integration_provider::{Integration, Settled};
use tokio::sync::{Notify, watch};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::clock::rest_until;
use crate::metrics::Metrics;
use crate::telling::chain;

/// The longest rest between two looks at the queue: another process may have added work, a clock may have jumped.
const LONGEST_REST: Duration = Duration::from_secs(30);

/// The shortest rest, so that a store which says "due" and gives nothing is not asked in a circle.
const SHORTEST_REST: Duration = Duration::from_millis(10);

/// The first rest after the store failed; it doubles up to [`LONGEST_REST`].
const FIRST_STORE_REST: Duration = Duration::from_secs(1);

/// How long a job whose lease is gone may take to say that it just finished.
const LAST_WORD: Duration = Duration::from_millis(100);

/// Tells the workers to look at the queue now. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Waker {
    inner: Arc<WakerState>,
}

#[derive(Debug, Default)]
struct WakerState {
    notify: Notify,
    calls: AtomicU64,
    /// For the workers of other processes.
    others: Notify,
}

impl Waker {
    /// Wakes the workers, of other processes too; says the how-manieth call this was.
    pub(crate) fn wake(&self) -> u64 {
        self.wake_others();
        let call = self.inner.calls.fetch_add(1, Ordering::SeqCst) + 1;
        self.inner.notify.notify_one();
        call
    }

    /// Wakes the workers of this process alone.
    pub(crate) fn wake_here(&self) {
        self.inner.notify.notify_one();
    }

    fn wake_others(&self) {
        self.inner.others.notify_one();
    }

    /// Waits until other processes are to be told of work.
    pub(crate) async fn others_called(&self) {
        self.inner.others.notified().await;
    }

    fn calls(&self) -> u64 {
        self.inner.calls.load(Ordering::SeqCst)
    }

    async fn called(&self) {
        self.inner.notify.notified().await;
    }
}

/// How the workers work.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// How many jobs run at once.
    pub(crate) workers: usize,
    /// For how long a job is claimed at a time.
    pub(crate) lease: Duration,
    /// How long a stop waits for running jobs.
    pub(crate) drain_timeout: Duration,
}

/// The one loop that claims jobs, and the jobs it runs.
pub(crate) struct Workers {
    integration: Integration,
    pace: Pace,
    waker: Waker,
    metrics: Arc<Metrics>,
    /// The last call of the waker after which nothing was due and nothing ran.
    quiet: watch::Sender<u64>,
    running: JoinSet<()>,
    held: HashMap<Id, (Lease, Work)>,
    store_rest: Duration,
}

impl Workers {
    pub(crate) fn new(
        integration: Integration,
        pace: Pace,
        waker: Waker,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            integration,
            pace,
            waker,
            metrics,
            quiet: watch::Sender::new(0),
            running: JoinSet::new(),
            held: HashMap::new(),
            store_rest: FIRST_STORE_REST,
        }
    }

    /// Follows the calls of the waker after which nothing was left to do.
    pub(crate) fn quiet(&self) -> watch::Receiver<u64> {
        self.quiet.subscribe()
    }

    /// Works until `stop`, then waits for running jobs within the drain time. What still runs then is dropped; its
    /// lease runs out and it is done again.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            // All that ended while the store was asked makes room at once: a claim of several jobs costs hardly more than one of one.
            while let Some(ended) = self.running.try_join_next_with_id() {
                self.ended(ended).await;
            }
            let rest = self.look().await;
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(ended) = self.running.join_next_with_id() => self.ended(ended).await,
                () = self.waker.called() => {}
                () = sleep(rest) => {}
            }
        }
        self.drain().await;
    }

    /// Claims what is due and there is room for; says how long to rest after it.
    async fn look(&mut self) -> Duration {
        let room = self.pace.workers.saturating_sub(self.running.len());
        if room == 0 {
            return LONGEST_REST;
        }
        match self.claim(room).await {
            Ok(rest) => {
                self.store_rest = FIRST_STORE_REST;
                rest
            }
            Err(error) => {
                let rest = self.store_rest;
                self.store_rest = (rest * 2).min(LONGEST_REST);
                tracing::error!(error.code = error.code(), error = %chain(&error), rest_ms = millis(rest), "the queue can't be read");
                rest
            }
        }
    }

    async fn claim(&mut self, room: usize) -> Result<Duration, StoreError> {
        let call = self.waker.calls();
        let ports = self.integration.ports();
        let jobs = ports
            .jobs
            .claim(ports.clock.now(), self.pace.lease, room)
            .await?;
        let claimed = jobs.len();
        for job in jobs {
            self.start(job);
        }
        if claimed == room {
            // There may be more than fits.
            self.waker.wake_others();
            return Ok(LONGEST_REST);
        }
        if self.running.is_empty() {
            self.quiet.send_replace(call);
        }
        let ports = self.integration.ports();
        let due = ports.jobs.next_due().await?;
        Ok(due.map_or(LONGEST_REST, |due| {
            rest_until(due, ports.clock.now(), SHORTEST_REST..=LONGEST_REST)
        }))
    }

    fn start(&mut self, job: Job) {
        let held = (job.lease, job.work.clone());
        let (kind, metrics) = (job.work.kind(), Arc::clone(&self.metrics));
        let work = work(self.integration.clone(), job, self.pace.lease);
        let task = self.running.spawn(async move {
            let started = Instant::now();
            let settled = work.await;
            metrics.job(kind, &settled, started.elapsed());
        });
        self.held.insert(task.id(), held);
    }

    /// Clears up after a job; one that panicked becomes a dead letter.
    async fn ended(&mut self, ended: Result<(Id, ()), JoinError>) {
        let (id, panicked) = match ended {
            Ok((id, ())) => (id, false),
            Err(error) => (error.id(), error.is_panic()),
        };
        let Some((lease, work)) = self.held.remove(&id) else {
            return;
        };
        if !panicked {
            return;
        }
        tracing::error!(job.id = %lease.job, error.code = "panicked", "a job panicked and was given up");
        let failure = Failure {
            code: "panicked".to_owned(),
            message:
                "the job broke off inside the service, which is a bug; the log shows the place"
                    .to_owned(),
        };
        if let Err(error) = self.integration.give_up(lease, &work, &failure).await {
            tracing::error!(job.id = %lease.job, error.code = error.code(), error = %chain(&error), "a job that panicked could not be given up");
        }
    }

    async fn drain(&mut self) {
        let (running, limit) = (self.running.len(), self.pace.drain_timeout);
        let finish = async {
            while let Some(ended) = self.running.join_next_with_id().await {
                self.ended(ended).await;
            }
        };
        if timeout(limit, finish).await.is_err() {
            tracing::warn!(
                jobs.running = running,
                "running jobs were cut off; they are done again when their lease runs out"
            );
            self.running.shutdown().await;
        }
    }
}

/// Runs one job and keeps its lease meanwhile.
async fn work(integration: Integration, job: Job, lease_for: Duration) -> Settled {
    let (lease, kind, attempt) = (job.lease, job.work.kind(), job.attempt);
    let ports = integration.ports();
    let started = Instant::now();
    let span =
        tracing::info_span!("job", job.id = %lease.job, job.kind = kind, job.attempt = attempt);
    let mut execution = pin!(integration.execute(job).instrument(span));
    loop {
        tokio::select! {
            biased;
            settled = &mut execution => {
                tell(lease, kind, attempt, started, &settled);
                return settled;
            }
            () = sleep(lease_for / 3) => {}
        }
        match ports.jobs.extend(lease, ports.clock.now(), lease_for).await {
            Ok(()) => {}
            Err(StoreError::LeaseLost) => {
                let settled = timeout(LAST_WORD, execution)
                    .await
                    .unwrap_or(Settled::LeaseLost);
                tell(lease, kind, attempt, started, &settled);
                return settled;
            }
            Err(error) => {
                tracing::warn!(job.id = %lease.job, error.code = error.code(), error = %chain(&error), "a lease could not be kept");
            }
        }
    }
}

fn tell(lease: Lease, kind: &'static str, attempt: u32, started: Instant, settled: &Settled) {
    let (job, duration_ms) = (lease.job, millis(started.elapsed()));
    match settled {
        Settled::Completed { follow_ups } => {
            tracing::info!(job.id = %job, job.kind = kind, job.attempt = attempt, job.duration_ms = duration_ms, job.follow_ups = follow_ups, "a job is done");
        }
        Settled::Retried { at, failure } => {
            tracing::warn!(job.id = %job, job.kind = kind, job.attempt = attempt, job.retry_at = %at, error.code = failure.code, error = failure.message, "a job failed and will be tried again");
        }
        Settled::Buried { failure } => {
            tracing::warn!(job.id = %job, job.kind = kind, job.attempt = attempt, error.code = failure.code, error = failure.message, "a job was given up; it can be replayed");
        }
        Settled::LeaseLost => {
            tracing::warn!(job.id = %job, job.kind = kind, job.attempt = attempt, job.duration_ms = duration_ms, "a job's lease was lost; another process has it");
        }
        Settled::StoreFailed(error) => {
            tracing::error!(job.id = %job, job.kind = kind, job.attempt = attempt, error.code = error.code(), error = %chain(error), "a job's outcome could not be stored; it will be done again");
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
