#![doc = include_str!("../README.md")]

mod action;
mod grammar;
mod issue_host;
mod reference;
mod scan;
mod short_id;

pub use action::Action;
pub use grammar::Grammar;
pub use issue_host::{InvalidIssueHost, IssueHost, MAX_ISSUE};
pub use reference::{IssueLink, Reference};
pub use short_id::{IdForm, MAX_LENGTH, MAX_NUMBER, ShortId, ShortIdError};
