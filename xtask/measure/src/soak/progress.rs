//! How far it is, for a person who waits.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::Arguments;
use super::sender::Sent;

/// How often it is said.
const EVERY: Duration = Duration::from_secs(5);

/// Says how far it is, until it is dropped.
pub(super) struct Progress {
    state: Arc<State>,
    telling: Option<JoinHandle<()>>,
}

struct State {
    sent: Arc<Sent>,
    deliveries: u64,
    kills: u64,
    killed: AtomicU64,
    left: AtomicU64,
    begin: Instant,
}

impl Progress {
    pub(super) fn new(arguments: &Arguments, sent: &Arc<Sent>) -> Self {
        let state = Arc::new(State {
            sent: Arc::clone(sent),
            deliveries: arguments.deliveries,
            kills: arguments.kills,
            killed: AtomicU64::new(0),
            left: AtomicU64::new(0),
            begin: Instant::now(),
        });
        let told = Arc::clone(&state);
        let telling = async move {
            loop {
                sleep(EVERY).await;
                // Nobody may be listening.
                let _ = writeln!(std::io::stderr().lock(), "{}", told.line());
            }
        };
        let telling = arguments.progress.then(|| tokio::spawn(telling));
        Self { state, telling }
    }

    pub(super) fn accepted(&self) -> u64 {
        self.state.sent.accepted()
    }

    /// So many times a process was killed.
    pub(super) fn killed(&self, kills: u64) {
        self.state.killed.store(kills, Ordering::Relaxed);
    }

    /// So many jobs are still to be done, when all is sent.
    pub(super) fn left(&self, jobs: u64) {
        self.state.left.store(jobs, Ordering::Relaxed);
    }
}

impl State {
    fn line(&self) -> String {
        let left = match self.left.load(Ordering::Relaxed) {
            0 => String::new(),
            jobs => format!(", {jobs} jobs left to do"),
        };
        format!(
            "{:>4} s: {} of {} pushes accepted ({} sent again), {} of {} kills{left}",
            self.begin.elapsed().as_secs(),
            self.sent.accepted(),
            self.deliveries,
            self.sent.repeated(),
            self.killed.load(Ordering::Relaxed),
            self.kills,
        )
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(telling) = &self.telling {
            telling.abort();
        }
    }
}
