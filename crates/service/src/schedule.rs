//! What comes round again: a look at every connected workspace.

use std::time::Duration;

use bitbucket_integration_provider::Integration;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use crate::telling::chain;
use crate::workers::Waker;

/// How often it is looked whether something is due. Asking twice in one round asks for nothing new.
const GLANCE: Duration = Duration::from_secs(60);

/// How many jobs that wait for nobody are let go at a time.
const STRANDED: usize = 1000;

/// Asks for what is due until `stop`.
pub(crate) async fn run(integration: Integration, waker: Waker, stop: CancellationToken) {
    let mut glances = interval_at(Instant::now() + GLANCE, GLANCE);
    glances.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = glances.tick() => {}
        }
        match integration.ports().jobs.release_stranded(STRANDED).await {
            Ok(0) => {}
            Ok(stranded) => {
                tracing::warn!(
                    jobs.stranded = stranded,
                    "jobs waited for one that was no longer there"
                );
                waker.wake();
            }
            Err(error) => {
                tracing::warn!(error.code = error.code(), error = %chain(&error), "jobs that wait for nobody could not be looked for");
            }
        }
        match integration.schedule_sync().await {
            Ok(0) => {}
            Ok(_) => {
                waker.wake();
            }
            Err(error) => {
                tracing::warn!(error.code = error.code(), error = %chain(&error), "the next look at the workspaces could not be planned");
            }
        }
    }
}
