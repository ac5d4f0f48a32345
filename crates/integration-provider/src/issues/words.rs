//! What kind an issue at Bitbucket is of, and how urgent it is.

use std::fmt;
use std::str::FromStr;

macro_rules! word {
    ($(#[$meta:meta])* $name:ident, $expected:literal, $($(#[$word_meta:meta])* $word:ident = $text:literal),+) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub enum $name {
            $($(#[$word_meta])* $word),+
        }

        impl $name {
            /// All of them, in Bitbucket's order.
            pub const ALL: &[Self] = &[$(Self::$word),+];

            /// Bitbucket's word for it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$word => $text),+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = &'static str;

            fn from_str(text: &str) -> Result<Self, &'static str> {
                let known = Self::ALL.iter().find(|one| one.as_str() == text);
                known.copied().ok_or($expected)
            }
        }
    };
}

word! {
    /// What an issue at Bitbucket is about; its field `kind`.
    IssueKind,
    "one of bug, enhancement, proposal, task is expected",
    /// Something is broken.
    #[default]
    Bug = "bug",
    /// Something could be better.
    Enhancement = "enhancement",
    /// An idea to talk about.
    Proposal = "proposal",
    /// Something to do.
    Task = "task"
}

word! {
    /// How urgent an issue at Bitbucket is. Bitbucket's own default is `major`.
    IssuePriority,
    "one of trivial, minor, major, critical, blocker is expected",
    /// Hardly.
    Trivial = "trivial",
    /// A little.
    Minor = "minor",
    /// As usual.
    #[default]
    Major = "major",
    /// Very.
    Critical = "critical",
    /// Nothing goes on without it.
    Blocker = "blocker"
}
