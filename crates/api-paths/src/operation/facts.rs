//! What the reference says of an operation, and how sure it is.

/// How a fact is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Bitbucket's own documentation or OpenAPI document says so.
    Stated,
    /// Others saw it in answers of the service.
    Observed,
    /// Common knowledge without a source at hand; confirm before relying on it.
    Recalled,
}

/// A value and how it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fact<T> {
    /// What is known.
    pub value: T,
    /// How it is known.
    pub certainty: Certainty,
}

impl<T> Fact<T> {
    pub(crate) const fn stated(value: T) -> Self {
        Self {
            value,
            certainty: Certainty::Stated,
        }
    }

    pub(crate) const fn observed(value: T) -> Self {
        Self {
            value,
            certainty: Certainty::Observed,
        }
    }

    pub(crate) const fn recalled(value: T) -> Self {
        Self {
            value,
            certainty: Certainty::Recalled,
        }
    }
}

/// How many entries a page of the answer holds (`pagelen`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Paging {
    /// Entries when the request names no `pagelen`.
    pub default: Fact<u16>,
    /// Greatest `pagelen`; more is answered with 400.
    pub most: Fact<u16>,
}

impl Paging {
    /// The REST introduction, "Pagination": 10 by default, at most 100.
    pub(crate) const USUAL: Self = Self {
        default: Fact::stated(10),
        most: Fact::stated(100),
    };
    /// Commits come in longer pages by default.
    pub(crate) const COMMITS: Self = Self {
        default: Fact::recalled(30),
        most: Fact::recalled(100),
    };
    /// The OpenAPI document at `diffstat`.
    pub(crate) const DIFFSTAT: Self = Self {
        default: Fact::stated(500),
        most: Fact::stated(5000),
    };
    /// Lists of pull requests answer `pagelen=100` with 400 "Invalid pagelen".
    pub(crate) const PULL_REQUESTS: Self = Self {
        default: Fact::stated(10),
        most: Fact::observed(50),
    };
    /// The OpenAPI document gives the default for the pull requests of a commit, but no greatest value.
    pub(crate) const OF_COMMIT: Self = Self {
        default: Fact::stated(30),
        most: Fact::recalled(50),
    };
}

/// Whether an operation is still there.
///
/// Dates are RFC 3339 full dates in UTC, so they sort as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lifecycle {
    /// In use, nothing announced.
    Current,
    /// Still answers, but its end is announced.
    Deprecated {
        /// The day from which it is deprecated or no longer supported, if one is named.
        since: Option<&'static str>,
        /// How this is known.
        certainty: Certainty,
    },
    /// Gone: answered with 410 and the message `CHANGE-nnnn - Functionality has been deprecated`.
    Removed {
        /// Atlassian's number of the change, if known: `CHANGE-2770`.
        change: Option<&'static str>,
        /// The day of removal, if known.
        on: Option<&'static str>,
        /// The template of what to use instead, if there is anything.
        instead: Option<&'static str>,
        /// How this is known.
        certainty: Certainty,
    },
}

impl Lifecycle {
    /// The issue tracker; the `Sunset` header had named the day after.
    pub(crate) const ISSUE_TRACKER: Self = Self::Removed {
        change: Some("CHANGE-3071"),
        on: Some("2026-08-20"),
        instead: None,
        certainty: Certainty::Observed,
    };
    /// Connect's linkers left the OpenAPI document in the first half of 2026 without a notice.
    pub(crate) const LINKERS: Self = Self::Removed {
        change: None,
        on: None,
        instead: None,
        certainty: Certainty::Observed,
    };
    /// Support for Connect ends on this day, as quoted from a mail of the vendor.
    pub(crate) const CONNECT: Self = Self::Deprecated {
        since: Some("2027-01-31"),
        certainty: Certainty::Observed,
    };
    /// The OpenAPI document: "will be deprecated on November 1, 2026".
    pub(crate) const CODE_SEARCH: Self = Self::Deprecated {
        since: Some("2026-11-01"),
        certainty: Certainty::Stated,
    };

    /// Listings across workspaces.
    pub(crate) const fn cross_workspace(instead: &'static str) -> Self {
        Self::Removed {
            change: Some("CHANGE-2770"),
            on: Some("2026-04-14"),
            instead: Some(instead),
            certainty: Certainty::Observed,
        }
    }

    /// Whether the operation is gone.
    #[must_use]
    pub const fn is_removed(self) -> bool {
        matches!(self, Self::Removed { .. })
    }
}
