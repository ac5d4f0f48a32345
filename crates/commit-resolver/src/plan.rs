//! What should happen to the issues that commits name.

mod decide;
mod history;
mod policy;

use std::collections::BTreeSet;
use std::fmt;

pub use policy::{Occasion, Policy, ResolveWhen};

use crate::action::Action;
use crate::short_id::ShortId;

/// A commit as the plan sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanCommit<'c> {
    /// Its full hash.
    pub sha: &'c str,
    /// Its whole message.
    pub message: &'c str,
}

/// An issue as commits name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Target {
    /// By its short id.
    ShortId(ShortId),
    /// By its address.
    Address {
        /// The tracker's host, with its port, in lower case.
        host: String,
        /// The tracker's number of the issue.
        issue: u64,
    },
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ShortId(id) => id.fmt(f),
            Self::Address { host, issue } => write!(f, "issue {issue} on {host}"),
        }
    }
}

/// Something that should happen to an issue now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Effect {
    /// Which issue.
    pub target: Target,
    /// What; [`Action::Reference`] says on the issue that the commit names it, and changes nothing.
    pub action: Action,
    /// The hash of the commit because of which it happens.
    pub commit: String,
}

/// Something a person may want to know about a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "kind", rename_all = "snake_case"))]
#[non_exhaustive]
pub enum PlanWarning {
    /// The commit's message wants to be left alone.
    Skipped {
        /// The commit.
        commit: String,
    },
    /// The commit was given more than once; the later ones were ignored.
    DuplicateCommit {
        /// The commit.
        commit: String,
    },
    /// A later commit reverts this one, so that what it asks for does not happen.
    Withdrawn {
        /// The commit that is reverted.
        commit: String,
        /// The commit that reverts it.
        by: String,
    },
    /// A commit reverts one that is not among the commits. The issues that nothing else resolved are open again.
    RevertsElsewhere {
        /// The commit.
        commit: String,
        /// The reverted commit, as the message names it.
        reverted: String,
        /// The issues that the reverted commit resolved before.
        resolved: Vec<Target>,
    },
    /// One message asks for different things; the last one counts, but [`Action::Reopen`] before all.
    Contradiction {
        /// Which issue.
        target: Target,
        /// The commit.
        commit: String,
        /// What counts.
        counts: Action,
    },
}

/// What was done before, so that it is not done again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    done: BTreeSet<Effect>,
}

impl Known {
    /// Whether this was done. A commit that changed an issue is mentioned on it, too.
    #[must_use]
    pub fn is_done(&self, effect: &Effect) -> bool {
        let with = |action| Effect {
            action,
            ..effect.clone()
        };
        match effect.action {
            Action::Reference => Action::ALL
                .into_iter()
                .any(|action| self.done.contains(&with(action))),
            Action::Resolve
            | Action::Reopen
            | Action::Hold
            | Action::WontFix
            | Action::Invalidate => self.done.contains(effect),
        }
    }

    /// Those of these issues that only the given commits resolved; their hashes may be abbreviated.
    fn only_resolved_by(&self, shas: &BTreeSet<&str>, targets: &[Target]) -> Vec<Target> {
        let by_another = |target: &Target| {
            self.done.iter().any(|effect| {
                effect.action == Action::Resolve
                    && effect.target == *target
                    && !shas
                        .iter()
                        .any(|sha| crate::revert::is_sha_of(sha, &effect.commit))
            })
        };
        let only = targets.iter().filter(|target| !by_another(target));
        only.cloned().collect()
    }

    /// The issues that a commit resolved; its hash may be abbreviated to 7 digits.
    fn resolved_by(&self, sha: &str) -> Vec<Target> {
        let resolved = self
            .done
            .iter()
            .filter(|effect| effect.action == Action::Resolve);
        resolved
            .filter(|effect| crate::revert::is_sha_of(sha, &effect.commit))
            .map(|effect| effect.target.clone())
            .collect()
    }
}

impl Extend<Effect> for Known {
    fn extend<I: IntoIterator<Item = Effect>>(&mut self, effects: I) {
        self.done.extend(effects);
    }
}

impl FromIterator<Effect> for Known {
    fn from_iter<I: IntoIterator<Item = Effect>>(effects: I) -> Self {
        Self {
            done: effects.into_iter().collect(),
        }
    }
}

/// What should happen, issue by issue in the order in which they are first named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Plan {
    /// What should happen and was not done before. At most one effect per issue changes it.
    pub effects: Vec<Effect>,
    /// What a person may want to know.
    pub warnings: Vec<PlanWarning>,
}

/// Decides what should happen because of these commits, oldest first.
///
/// - Each commit that names an issue is mentioned on it once.
/// - The last word on an issue counts: a later reopening beats an earlier resolution. Several commits that resolve an issue resolve it
///   once, because of the last of them.
/// - Issues change when the policy says so for their project: on a push the commits may be no more than mentioned.
/// - What a commit asks for is withdrawn by a later commit that reverts it, and restored when that one is reverted. What stands in the
///   quoted subject of a revert is never asked for. When the reverted commit is none of these but resolved an issue before, and no other
///   commit did, its revert asks to reopen that issue.
/// - What is in `known` does not happen again.
///
/// ```
/// use bitbucket_commit_resolver::{Action, Grammar, Known, Occasion, PlanCommit, Policy, plan};
///
/// let policy = Policy::new(Grammar::sentry());
/// let commits = [PlanCommit { sha: "c0ffee0", message: "Fixes ROCKET-1A" }];
///
/// let push = plan(&commits, Occasion::Push { branch: "main" }, &policy, &Known::default());
/// assert_eq!(push.effects[0].action, Action::Reference);
///
/// let known: Known = push.effects.into_iter().collect();
/// let release = plan(&commits, Occasion::Release, &policy, &known);
/// assert_eq!(release.effects[0].action, Action::Resolve);
/// assert_eq!(release.effects[0].target.to_string(), "ROCKET-1A");
/// ```
#[must_use]
pub fn plan(
    commits: &[PlanCommit<'_>],
    occasion: Occasion<'_>,
    policy: &Policy,
    known: &Known,
) -> Plan {
    let mut warnings = Vec::new();
    let history = history::read(commits, policy.grammar(), known, &mut warnings);
    let effects = decide::effects(&history, occasion, policy, &mut warnings);
    Plan {
        effects: effects
            .into_iter()
            .filter(|effect| !known.is_done(effect))
            .collect(),
        warnings,
    }
}
