//! What every handler can reach.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bitbucket_integration_provider::ports::{Listings, Retention, Work};
use bitbucket_integration_provider::{Integration, Received, Settled};
use jiff::Timestamp;

use super::access::Access;
use super::answer::Refusal;
use super::body::BodyLimits;
use super::counters::Counters;
use super::health::Readiness;
use crate::metrics::Metrics;
use crate::server::Senders;
use crate::workers::Waker;

/// The service as handlers see it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App {
    inner: Arc<Inner>,
}

/// What the service is made of beside the integration.
pub(crate) struct AppParts {
    /// Who may use the API.
    pub(crate) access: Access,
    /// What is remembered, page by page.
    pub(crate) listings: Arc<dyn Listings>,
    /// Forgets what is old.
    pub(crate) retention: Arc<dyn Retention>,
    /// Whether work can be done.
    pub(crate) readiness: Readiness,
    /// What a body may take.
    pub(crate) limits: BodyLimits,
    /// Tells the workers of new work.
    pub(crate) waker: Waker,
    /// Counts for a monitoring system.
    pub(crate) metrics: Arc<Metrics>,
    /// Who may deliver; everybody may try when there is nothing.
    pub(crate) senders: Option<Senders>,
}

struct Inner {
    integration: Integration,
    parts: AppParts,
    counters: Counters,
    started_at: Timestamp,
}

impl App {
    pub(crate) fn new(integration: Integration, parts: AppParts) -> Self {
        let started_at = integration.ports().clock.now();
        Self {
            inner: Arc::new(Inner {
                integration,
                parts,
                counters: Counters::default(),
                started_at,
            }),
        }
    }

    pub(super) fn integration(&self) -> &Integration {
        &self.inner.integration
    }

    pub(super) fn access(&self) -> &Access {
        &self.inner.parts.access
    }

    pub(super) fn listings(&self) -> &dyn Listings {
        self.inner.parts.listings.as_ref()
    }

    pub(super) fn retention(&self) -> &dyn Retention {
        self.inner.parts.retention.as_ref()
    }

    pub(super) fn readiness(&self) -> &Readiness {
        &self.inner.parts.readiness
    }

    pub(super) fn limits(&self) -> BodyLimits {
        self.inner.parts.limits
    }

    pub(super) fn senders(&self) -> Option<&Senders> {
        self.inner.parts.senders.as_ref()
    }

    pub(super) fn counters(&self) -> &Counters {
        &self.inner.counters
    }

    /// Counts a delivery that was taken, and its job when that is done already.
    pub(super) fn received(&self, event: &str, received: Received, took: Duration) {
        self.inner.counters.received(received);
        if let Received::Completed {
            delivery,
            follow_ups,
        } = received
        {
            let (work, done) = (
                Work::ProcessDelivery { delivery },
                Settled::Completed { follow_ups },
            );
            self.inner.parts.metrics.job(work.kind(), &done, took);
        }
        let outcome = match received {
            Received::Accepted(_) | Received::Completed { .. } => "accepted",
            Received::Duplicate => "duplicate",
            Received::Ignored => "ignored",
            Received::Unknown => "unknown",
        };
        self.inner.parts.metrics.delivery(event, outcome);
    }

    /// Counts a delivery that was refused.
    pub(super) fn refused(&self, event: &str, code: &'static str) {
        self.inner.counters.refused(code);
        self.inner.parts.metrics.delivery(event, code);
    }

    pub(super) fn started_at(&self) -> Timestamp {
        self.inner.started_at
    }

    /// Tells the workers that there is new work.
    pub(super) fn wake(&self) {
        self.inner.parts.waker.wake();
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
