//! What a message asks for.

use std::fmt;

/// What a message asks to happen to the issue it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum Action {
    /// The commit resolves the issue.
    Resolve,
    /// The commit only mentions the issue.
    Reference,
    /// The issue is open again.
    Reopen,
    /// The issue waits.
    Hold,
    /// The issue stays as it is, by decision.
    WontFix,
    /// The issue is none.
    Invalidate,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 6] = [
        Self::Resolve,
        Self::Reference,
        Self::Reopen,
        Self::Hold,
        Self::WontFix,
        Self::Invalidate,
    ];

    /// The stable name, as in a configuration file: `resolve`, `reference`, `reopen`, `hold`, `wont_fix`, `invalidate`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Reference => "reference",
            Self::Reopen => "reopen",
            Self::Hold => "hold",
            Self::WontFix => "wont_fix",
            Self::Invalidate => "invalidate",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
