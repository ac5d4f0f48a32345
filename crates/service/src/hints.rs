//! Hints between processes on one database: who adds work wakes the workers of the others, who else would find it at their next look.

use std::sync::Arc;
use std::time::Duration;

use bitbucket_integration_provider::ports::fresh_secret;
use bitbucket_store::Store;
use secrecy::ExposeSecret as _;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::service::Deps;
use crate::telling::chain;
use crate::workers::Waker;

/// What passes between two hints, however much work comes.
const GAP: Duration = Duration::from_millis(50);

/// Gives hints and hears those of others until `stop`.
pub(crate) async fn run(store: Arc<Store>, waker: Waker, deps: Deps, stop: CancellationToken) {
    if !store.is_shared() {
        return;
    }
    // No secret: it tells one process from another.
    let own = fresh_secret(deps.entropy.as_ref());
    let own = &own.expose_secret()[..16];
    let tell = async {
        loop {
            waker.others_called().await;
            if let Err(error) = store.hint(own).await {
                tracing::debug!(error.code = error.code(), error = %chain(&error), "other processes could not be told of work");
            }
            sleep(GAP).await;
        }
    };
    let wake = || waker.wake_here();
    let hear = store.hear_hints(own, &wake);
    let both = async {
        tokio::select! {
            () = tell => {}
            () = hear => {}
        }
    };
    let _stopped = stop.run_until_cancelled(both).await;
}
