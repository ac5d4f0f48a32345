//! What both simulated peers share on the wire: requests read whole, routes, answers, faults, records, the accept loop.

pub(crate) mod answer;
pub(crate) mod asked;
pub(crate) mod body;
pub(crate) mod call;
pub(crate) mod exchange;
pub(crate) mod fault;
pub(crate) mod listen;
pub(crate) mod record;
pub(crate) mod route;
pub(crate) mod text;

use serde::{Deserialize, Serialize};

/// Which of the two simulated peers is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Half {
    /// The stand-in for `api.bitbucket.org`.
    Bitbucket,
    /// The stand-in for a Sentry server.
    Sentry,
}
