//! The port through which time comes in.

use jiff::Timestamp;

/// Says what time it is. Nothing in this crate reads a clock by itself.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Clock: Send + Sync {
    /// Now, in UTC.
    fn now(&self) -> Timestamp;
}
