//! What every handler can reach.

use std::future::Future;
use std::sync::Arc;

use bitbucket_integration_provider::Integration;
use bitbucket_integration_provider::ports::Listings;
use jiff::Timestamp;

use super::access::Access;
use super::answer::Refusal;
use super::body::BodyLimits;
use super::counters::Counters;
use crate::workers::Waker;

/// The service as handlers see it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App {
    inner: Arc<Inner>,
}

struct Inner {
    integration: Integration,
    access: Access,
    listings: Arc<dyn Listings>,
    limits: BodyLimits,
    waker: Waker,
    counters: Counters,
    started_at: Timestamp,
}

impl App {
    pub(crate) fn new(
        integration: Integration,
        access: Access,
        listings: Arc<dyn Listings>,
        limits: BodyLimits,
        waker: Waker,
    ) -> Self {
        let started_at = integration.ports().clock.now();
        Self {
            inner: Arc::new(Inner {
                integration,
                access,
                listings,
                limits,
                waker,
                counters: Counters::default(),
                started_at,
            }),
        }
    }

    pub(super) fn integration(&self) -> &Integration {
        &self.inner.integration
    }

    pub(super) fn access(&self) -> &Access {
        &self.inner.access
    }

    pub(super) fn listings(&self) -> &dyn Listings {
        self.inner.listings.as_ref()
    }

    pub(super) fn limits(&self) -> BodyLimits {
        self.inner.limits
    }

    pub(super) fn counters(&self) -> &Counters {
        &self.inner.counters
    }

    pub(super) fn started_at(&self) -> Timestamp {
        self.inner.started_at
    }

    /// Tells the workers that there is new work.
    pub(super) fn wake(&self) {
        self.inner.waker.wake();
    }

    /// Finishes what was begun even when the client hangs up or its time runs out: a hook that was created at
    /// Bitbucket must also be known here.
    pub(super) async fn finish<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Refusal> {
        match tokio::spawn(tracing::Instrument::in_current_span(work)).await {
            Ok(done) => Ok(done),
            Err(error) => {
                tracing::error!(
                    error.code = "panicked",
                    error.panicked = error.is_panic(),
                    "a handler's work broke off"
                );
                Err(Refusal::internal())
            }
        }
    }
}
