//! What becomes of a job after its work: finished, put back, or given up.

use std::time::Duration;

use jiff::Timestamp;

use super::{Outcome, WorkError};
use crate::ids::ReleaseId;
use crate::integration::Integration;
use crate::ports::{Failure, Job, Lease, ReleaseState, StoreError, Work};

/// Longest wait that a peer may ask for; what is asked beyond it is cut.
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(6);

/// What became of a job.
#[derive(Debug, Clone)]
pub enum Settled {
    /// It is done.
    Completed {
        /// How many jobs followed from it (those stored before are counted too).
        follow_ups: usize,
    },
    /// It failed and will be tried again.
    Retried {
        /// When.
        at: Timestamp,
        /// Why.
        failure: Failure,
    },
    /// It failed for good; it stays as a dead letter until somebody replays it.
    Buried {
        /// Why.
        failure: Failure,
    },
    /// Somebody else has the job now; nothing was stored.
    LeaseLost,
    /// Its outcome could not be stored; its lease will run out and it will be done again.
    StoreFailed(StoreError),
}

impl Integration {
    /// Does the work of a claimed job and settles it with the queue.
    pub async fn execute(&self, job: Job) -> Settled {
        let settled = match self.attempt(&job).await {
            Ok(outcome) => self.complete(&job, &outcome).await,
            Err(error) => self.fail(&job, &error).await,
        };
        settled.unwrap_or_else(|error| match error {
            StoreError::LeaseLost => Settled::LeaseLost,
            other => Settled::StoreFailed(other),
        })
    }

    /// Does the work, unless it broke off at the last attempt too: what takes the process down with it would do so for ever.
    async fn attempt(&self, job: &Job) -> Result<Outcome, WorkError> {
        let times = job.attempt.saturating_sub(1);
        if times >= self.settings.retry.max_attempts {
            return Err(WorkError::BrokeOff { times });
        }
        self.perform(job).await
    }

    /// Gives up a job whose work broke off without an outcome, such as by a panic.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the job is somebody else's now, and what the store fails with.
    pub async fn give_up(
        &self,
        lease: Lease,
        work: &Work,
        failure: &Failure,
    ) -> Result<(), StoreError> {
        let now = self.ports.clock.now();
        if let Work::PublishRelease { release } = work {
            // Only who holds the job may say that its release failed.
            let lease_for = self.settings.lease;
            self.ports.jobs.extend(lease, now, lease_for).await?;
            self.mark_failed(*release, failure).await?;
        }
        self.ports.jobs.bury(lease, now, failure).await
    }

    async fn complete(&self, job: &Job, outcome: &Outcome) -> Result<Settled, StoreError> {
        let (jobs, now) = (&self.ports.jobs, self.ports.clock.now());
        let Outcome {
            follow_ups,
            learned,
        } = outcome;
        match learned {
            Some(learned) => {
                let pushed = jobs.complete_push(job.lease, now, learned, follow_ups);
                pushed.await?;
            }
            None => jobs.complete(job.lease, now, follow_ups).await?,
        }
        Ok(Settled::Completed {
            follow_ups: follow_ups.len(),
        })
    }

    async fn fail(&self, job: &Job, error: &WorkError) -> Result<Settled, StoreError> {
        let failure = error.failure();
        let now = self.ports.clock.now();
        if error.is_retryable() && self.settings.retry.allows_another(job.attempt) {
            let own = self
                .settings
                .retry
                .wait(job.attempt, self.ports.entropy.as_ref());
            let asked = error
                .retry_after()
                .unwrap_or_default()
                .min(LONGEST_RETRY_AFTER);
            let wait = own.max(asked);
            let at = now.checked_add(wait).unwrap_or(Timestamp::MAX);
            let place = job.work.place_after(job.attempt, wait);
            let jobs = &self.ports.jobs;
            jobs.retry(job.lease, at, place, &failure).await?;
            return Ok(Settled::Retried { at, failure });
        }
        self.give_up(job.lease, &job.work, &failure).await?;
        Ok(Settled::Buried { failure })
    }

    /// Lets a release say itself that it failed, so that whoever waits for it learns it.
    async fn mark_failed(&self, id: ReleaseId, failure: &Failure) -> Result<(), StoreError> {
        if let Some(mut release) = self.ports.releases.find(id).await? {
            release.state = ReleaseState::Failed;
            release.failure = Some(failure.clone());
            self.ports.releases.update(&release).await?;
        }
        Ok(())
    }
}
