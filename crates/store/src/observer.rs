//! Somebody who is told how long the engine takes.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bitbucket_integration_provider::ports::StoreError;

/// What the engine was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Rows.
    Read,
    /// One change, made durable.
    Change,
    /// Several steps together, made durable.
    Transaction,
}

impl Operation {
    /// A stable name, safe as a metric label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Change => "change",
            Self::Transaction => "transaction",
        }
    }
}

/// Hears of every operation. It is called on every operation's road and must not block.
pub trait StoreObserver: Send + Sync {
    /// An operation ended. `ok` is false when the engine could not do it; an answer such as a lost lease is none of its failures.
    fn ended(&self, operation: Operation, ok: bool, took: Duration);
}

/// The one who hears, once there is one.
#[derive(Default)]
pub(crate) struct Observed(OnceLock<Arc<dyn StoreObserver>>);

impl Observed {
    /// The first one stays.
    pub(crate) fn by(&self, observer: Arc<dyn StoreObserver>) {
        let _stays = self.0.set(observer);
    }

    /// Waits for an operation and tells how long it took.
    pub(crate) async fn timed<T>(
        &self,
        operation: Operation,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let Some(observer) = self.0.get() else {
            return work.await;
        };
        let begun = Instant::now();
        let outcome = work.await;
        let ok = !matches!(outcome, Err(StoreError::Unavailable(_)));
        observer.ended(operation, ok, begun.elapsed());
        outcome
    }
}

impl fmt::Debug for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observed(..)")
    }
}
