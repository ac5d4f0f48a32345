//! Going slower while the allowance runs out.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::lock::Mutex;

use super::Wait;

/// The pause before each call while the allowance runs out, unless told otherwise.
const DEFAULT_GAP: Duration = Duration::from_secs(1);

/// Lets calls pass freely until the peer says that the allowance is running out; then one after the other, each after
/// a pause, until an answer no longer says so. Shared by all calls with one credential.
#[derive(Debug)]
pub struct Pace {
    gap: Duration,
    slow: AtomicBool,
    turn: Mutex<()>,
}

impl Default for Pace {
    fn default() -> Self {
        Self::new(DEFAULT_GAP)
    }
}

impl Pace {
    /// A pace that pauses for `gap` when it is slow.
    #[must_use]
    pub fn new(gap: Duration) -> Self {
        Self {
            gap,
            slow: AtomicBool::new(false),
            turn: Mutex::new(()),
        }
    }

    /// Notes whether an answer said that the allowance is running out.
    pub fn note(&self, near_limit: bool) {
        self.slow.store(near_limit, Ordering::Relaxed);
    }

    /// Returns when the next call may go.
    pub async fn turn(&self, wait: &dyn Wait) {
        if !self.slow.load(Ordering::Relaxed) {
            return;
        }
        let _turn = self.turn.lock().await;
        // While this call stood in line, an answer may have given the all-clear.
        if self.slow.load(Ordering::Relaxed) {
            wait.wait(self.gap).await;
        }
    }
}

#[cfg(test)]
mod tests {
    //! Free, slow, and free again.

    use super::*;
    use crate::policy::MockWait;

    #[tokio::test]
    async fn calls_pause_only_while_the_allowance_runs_out() {
        let pace = Pace::new(Duration::from_secs(2));
        let free = MockWait::new();
        pace.turn(&free).await;
        pace.note(true);
        let mut slow = MockWait::new();
        slow.expect_wait()
            .times(2)
            .withf(|gap| *gap == Duration::from_secs(2))
            .return_const(());
        pace.turn(&slow).await;
        pace.turn(&slow).await;
        pace.note(false);
        pace.turn(&free).await;
    }
}
