#![doc = include_str!("../README.md")]

mod action;
mod explain;
mod grammar;
mod issue_host;
mod plan;
mod profile;
mod range;
mod reference;
mod revert;
mod scan;
mod short_id;

pub use action::Action;
pub use explain::{Explanation, Miss, MissReason};
pub use grammar::Grammar;
pub use issue_host::{InvalidIssueHost, IssueHost, MAX_ISSUE};
pub use plan::{
    Effect, Known, Occasion, Plan, PlanCommit, PlanWarning, Policy, ResolveWhen, Target, plan,
};
pub use profile::{KeywordGroup, ListRules, Profile, ProfileError, Statement};
pub use range::{ListedCommit, PreviousRelease, ReleaseRange, release_range};
pub use reference::{IssueLink, Reference, Rule};
pub use revert::reverted_shas;
pub use short_id::{IdForm, MAX_LENGTH, MAX_NUMBER, ShortId, ShortIdError};
