//! What becomes of a job after its work: finished, put back, or given up.

use std::time::Duration;

use jiff::Timestamp;

use super::WorkError;
use crate::integration::Integration;
use crate::ports::{Failure, Job, NewJob, ReleaseState, StoreError, Work};

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
        let settled = match self.perform(&job).await {
            Ok(follow_ups) => self.complete(&job, &follow_ups).await,
            Err(error) => self.fail(&job, &error).await,
        };
        settled.unwrap_or_else(|error| match error {
            StoreError::LeaseLost => Settled::LeaseLost,
            other => Settled::StoreFailed(other),
        })
    }

    async fn complete(&self, job: &Job, follow_ups: &[NewJob]) -> Result<Settled, StoreError> {
        self.ports
            .jobs
            .complete(job.lease, self.ports.clock.now(), follow_ups)
            .await?;
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
            let at = now.checked_add(own.max(asked)).unwrap_or(Timestamp::MAX);
            self.ports.jobs.retry(job.lease, at, &failure).await?;
            return Ok(Settled::Retried { at, failure });
        }
        self.mark_failed(&job.work, &failure).await?;
        self.ports.jobs.bury(job.lease, now, &failure).await?;
        Ok(Settled::Buried { failure })
    }

    /// Lets a release say itself that it failed, so that whoever waits for it learns it.
    async fn mark_failed(&self, work: &Work, failure: &Failure) -> Result<(), StoreError> {
        let Work::PublishRelease { release } = work else {
            return Ok(());
        };
        if let Some(mut release) = self.ports.releases.find(*release).await? {
            release.state = ReleaseState::Failed;
            release.failure = Some(failure.clone());
            self.ports.releases.update(&release).await?;
        }
        Ok(())
    }
}
