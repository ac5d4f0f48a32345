//! The simulator's time: the machine's clock, unless a test has stopped it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Which time the simulated peers live in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// The machine's clock.
    #[default]
    Wall,
    /// A clock that stands at this instant until it is moved.
    Stopped(Timestamp),
}

impl Clock {
    /// What this clock shows.
    pub fn now(self) -> Timestamp {
        match self {
            Self::Wall => wall(),
            Self::Stopped(at) => at,
        }
    }

    /// The same clock moved forward; a clock that still ran is stopped by this.
    #[must_use]
    pub fn advanced(self, seconds: i64) -> Self {
        let now = self.now();
        Self::Stopped(
            now.checked_add(SignedDuration::from_secs(seconds))
                .unwrap_or(now),
        )
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the stand-in peer lives in the machine's time like the real one; this is its only reading"
)]
fn wall() -> Timestamp {
    // The real peers print no more than microseconds.
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}
