//! Who goes first.

use std::fmt;

/// What a call is made for, and so how much of the hour's requests it may reach into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Priority {
    /// A person waits for it: all of the hour's requests.
    Interactive,
    /// The usual work: nine tenths.
    #[default]
    Normal,
    /// What can wait for the next hour, such as importing history: seven tenths. It never waits itself.
    Background,
}

impl Priority {
    /// A stable name, safe as a metric label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Interactive => "interactive",
            Self::Normal => "normal",
            Self::Background => "background",
        }
    }

    /// How many of the hour's requests may be spent before calls of this priority stop; at least one.
    #[must_use]
    pub fn share_of(self, per_hour: u32) -> u32 {
        let tenths: u64 = match self {
            Self::Interactive => 10,
            Self::Normal => 9,
            Self::Background => 7,
        };
        let share = u64::from(per_hour) * tenths / 10;
        u32::try_from(share).unwrap_or(u32::MAX).max(1)
    }

    /// Whether a call may wait for its share within the task that makes it.
    pub(super) const fn waits(self) -> bool {
        match self {
            Self::Interactive | Self::Normal => true,
            Self::Background => false,
        }
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
