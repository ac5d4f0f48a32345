//! When and how often a request is tried, free of any particular API.

mod budget;
mod concurrency;
mod jitter;
mod pace;
mod retry;
mod retry_after;
mod wait;

#[cfg(any(test, feature = "mock"))]
pub use self::budget::MockRequestCounter;
pub use self::budget::{
    Budget, BudgetExhausted, Counted, CounterError, MemoryCounter, Priority, REQUESTS_PER_HOUR,
    RequestCounter,
};
pub use self::concurrency::{Concurrency, Place};
pub use self::jitter::Jitter;
pub use self::pace::Pace;
pub use self::retry::{Decision, Repeat, Retry, RetryPolicy, Seen};
pub use self::retry_after::parse_retry_after;
#[cfg(any(test, feature = "mock"))]
pub use self::wait::MockWait;
#[cfg(feature = "hyper")]
pub use self::wait::TokioWait;
pub use self::wait::Wait;
