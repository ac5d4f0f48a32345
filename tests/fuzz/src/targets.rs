//! The list of targets.

use crate::Target;

mod address;
mod answer_headers;
mod authorization;
mod canonical_request;
mod commit_message;
mod diff;
mod filter;
mod identifiers;
mod invocation_token;
mod models;
mod plan;
mod refusals;
mod request_token;
mod webhook_signature;

/// Every target, by name.
pub static TARGETS: &[Target] = &[
    target("address", address::check),
    target("answer_headers", answer_headers::check),
    target("authorization", authorization::check),
    target("canonical_request", canonical_request::check),
    target("commit_message", commit_message::check),
    target("diff", diff::check),
    target("filter", filter::check),
    target("identifiers", identifiers::check),
    target("invocation_token", invocation_token::check),
    target("models", models::check),
    target("plan", plan::check),
    target("refusals", refusals::check),
    target("request_token", request_token::check),
    target("webhook_signature", webhook_signature::check),
];

const fn target(name: &'static str, check: fn(&[u8])) -> Target {
    Target { name, check }
}
