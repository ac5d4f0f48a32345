//! When and how often a request is tried, free of any particular API.

mod jitter;
mod pace;
mod retry;
mod retry_after;
mod wait;

pub use self::jitter::Jitter;
pub use self::pace::Pace;
pub use self::retry::{Decision, Repeat, Retry, RetryPolicy, Seen};
pub use self::retry_after::parse_retry_after;
#[cfg(any(test, feature = "mock"))]
pub use self::wait::MockWait;
#[cfg(feature = "hyper")]
pub use self::wait::TokioWait;
pub use self::wait::Wait;
