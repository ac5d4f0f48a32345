//! The HTTP side: routes, what they take, what they answer, and who may ask.

mod answer;
mod body;
mod counters;
mod fields;
mod health;
mod installations;
mod jobs;
mod key;
mod lifecycle;
mod providers;
mod refusals;
mod releases;
mod repositories;
mod router;
mod state;
mod status;
mod views;
mod webhooks;

#[cfg(test)]
mod tests;

pub(crate) use answer::{ErrorBody, Refusal, RefusalCode};
pub(crate) use body::BodyLimits;
pub(crate) use key::ApiKey;
pub(crate) use router::router;
pub(crate) use state::App;
