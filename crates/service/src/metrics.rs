//! What is counted and timed, as Prometheus reads it.
//!
//! No label holds anything that a stranger chooses: events are those that are handled, routes and templates are ours.

mod calls;
mod labels;
mod scrape;

use std::time::Duration;

use bitbucket_integration_provider::{Event, Settled};
use bitbucket_store::{Operation, StoreObserver};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use labels::{
    BuildLabels, CallLabels, DeliveryLabels, JobLabels, OperationLabels, PeerLabels, RequestLabels,
    RoundLabels, StateLabels,
};

pub(crate) use calls::{Counted, Peer};
pub(crate) use scrape::router;

/// Upper bounds of the buckets for times, in seconds: from a read in memory to a call that waits for a slow peer.
const SECONDS: [f64; 13] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0,
];

type Times<L> = Family<L, Histogram, fn() -> Histogram>;

/// All metrics of the process.
pub(crate) struct Metrics {
    registry: Registry,
    deliveries: Family<DeliveryLabels, Counter>,
    requests: Times<RequestLabels>,
    jobs: Times<JobLabels>,
    rounds: Times<RoundLabels>,
    calls: Times<CallLabels>,
    near_limit: Family<PeerLabels, Counter>,
    operations: Times<OperationLabels>,
    queue: Family<StateLabels, Gauge>,
    overdue: Gauge<f64, std::sync::atomic::AtomicU64>,
    store_up: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut new = Self {
            registry: Registry::with_prefix("bitbucket_integration"),
            deliveries: Family::default(),
            requests: times(),
            jobs: times(),
            rounds: times(),
            calls: times(),
            near_limit: Family::default(),
            operations: times(),
            queue: Family::default(),
            overdue: Gauge::default(),
            store_up: Gauge::default(),
        };
        new.register();
        new
    }

    fn register(&mut self) {
        let built = Family::<BuildLabels, Gauge>::default();
        let version = BuildLabels {
            version: crate::VERSION,
        };
        built.get_or_create(&version).set(1);
        let to = &mut self.registry;
        to.register("build_info", "The program's version", built);
        to.register(
            "deliveries",
            "Webhook deliveries by event and what became of them",
            self.deliveries.clone(),
        );
        to.register(
            "http_request_seconds",
            "Time until requests were answered",
            self.requests.clone(),
        );
        to.register(
            "job_seconds",
            "Time that jobs ran, by how they ended",
            self.jobs.clone(),
        );
        to.register(
            "schedule_seconds",
            "Time that rounds of schedules took in this process, by how they ended",
            self.rounds.clone(),
        );
        to.register(
            "call_seconds",
            "Time until calls to Bitbucket and trackers were answered, by template and status",
            self.calls.clone(),
        );
        to.register(
            "calls_near_limit",
            "Answers that said that little is left of the hourly allowance",
            self.near_limit.clone(),
        );
        to.register(
            "store_operation_seconds",
            "Time that the database took",
            self.operations.clone(),
        );
        to.register("jobs", "Jobs by state", self.queue.clone());
        to.register(
            "queue_overdue_seconds",
            "For how long the job that is due first has been due",
            self.overdue.clone(),
        );
        to.register(
            "store_up",
            "Whether the database answered just now",
            self.store_up.clone(),
        );
    }

    /// A delivery came. `event` is what its sender says.
    pub(crate) fn delivery(&self, event: &str, outcome: &'static str) {
        let event = if Event::is_handled(event) {
            event
        } else {
            "other"
        };
        let labels = DeliveryLabels {
            event: event.to_owned(),
            outcome,
        };
        self.deliveries.get_or_create(&labels).inc();
    }

    /// A request was answered.
    pub(crate) fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels = RequestLabels {
            method: labels::method(method),
            route: route.to_owned(),
            status,
        };
        self.requests
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }

    /// A round of a schedule ended.
    pub(crate) fn round(&self, schedule: &'static str, outcome: &'static str, took: Duration) {
        let labels = RoundLabels { schedule, outcome };
        self.rounds
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }

    /// A job ended.
    pub(crate) fn job(&self, kind: &'static str, settled: &Settled, took: Duration) {
        let outcome = match settled {
            Settled::Completed { .. } => "completed",
            Settled::Retried { .. } => "retried",
            Settled::Buried { .. } => "dead",
            Settled::LeaseLost => "lease_lost",
            Settled::StoreFailed(_) => "store_failed",
        };
        let labels = JobLabels { kind, outcome };
        self.jobs.get_or_create(&labels).observe(took.as_secs_f64());
    }
}

impl StoreObserver for Metrics {
    fn ended(&self, operation: Operation, ok: bool, took: Duration) {
        let labels = OperationLabels {
            operation: operation.as_str(),
            outcome: if ok { "ok" } else { "failed" },
        };
        self.operations
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }
}

fn times<L: Clone + std::hash::Hash + Eq>() -> Times<L> {
    Family::new_with_constructor(|| Histogram::new(SECONDS))
}

#[cfg(test)]
mod tests;
