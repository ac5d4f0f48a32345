//! The HTTP side: routes, what they take, what they answer, and who may ask.

mod access;
mod answer;
mod body;
mod consent;
mod counters;
mod document;
mod fields;
mod health;
mod history;
mod installations;
mod issue_forms;
mod issues;
mod jobs;
mod keys;
mod lifecycle;
mod pages;
mod providers;
mod pull_requests;
mod rate;
mod refusals;
mod releases;
mod repositories;
mod router;
mod senders;
mod source;
mod state;
mod status;
mod views;
mod webhooks;

#[cfg(test)]
mod tests;

pub(crate) use access::{Access, ApiKey};
pub(crate) use answer::{Problem, Refusal, RefusalCode};
pub(crate) use body::BodyLimits;
pub(crate) use document::document;
pub(crate) use health::Readiness;
#[cfg(test)]
pub(crate) use health::Writable;
pub(crate) use router::router;
pub(crate) use state::{App, AppParts};
