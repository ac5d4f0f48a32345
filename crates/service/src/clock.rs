//! The system's clock and randomness, behind the ports that the integration takes them from.

use std::ops::RangeInclusive;
use std::time::Duration;

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use bitbucket_integration_provider::ports::{Clock, Entropy};
use jiff::Timestamp;

/// The clock of this machine, in whole milliseconds: that is what is stored, so that what an answer says about something new is what is
/// read of it later.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one clock that the service reads"
    )]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

/// How long to rest until something is due, within bounds.
pub(crate) fn rest_until(
    due: Timestamp,
    now: Timestamp,
    bounds: RangeInclusive<Duration>,
) -> Duration {
    let rest = Duration::try_from(due.duration_since(now)).unwrap_or_default();
    rest.clamp(*bounds.start(), *bounds.end())
}

/// Random bytes of the operating system.
#[derive(Debug, Clone, Default)]
pub struct SystemEntropy {
    source: SystemRandom,
}

impl Entropy for SystemEntropy {
    #[expect(
        clippy::panic,
        reason = "a process without randomness must not make secrets; there is nothing to go on with"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        if self.source.fill(bytes).is_err() {
            panic!("the operating system gives no randomness");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_counts_whole_milliseconds() {
        for _ in 0..10 {
            assert_eq!(SystemClock.now().subsec_nanosecond() % 1_000_000, 0);
        }
    }
}
