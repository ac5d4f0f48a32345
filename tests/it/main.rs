//! Scenarios across all layers: a stand-in Bitbucket and Sentry, the real service, real sockets.
//!
//! By default both run inside the test process. With `ACCEPTANCE_SERVICE` and `ACCEPTANCE_SIMULATOR` set to the paths of the two
//! programs, each scenario starts them as processes of its own (`cargo xtask integration` does that).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets something unexpected ends there"
)]
#![expect(clippy::print_stderr, reason = "a failed scenario shows what happened")]
#![expect(
    unreachable_pub,
    reason = "`pub` marks what scenarios may use of the world"
)]

mod access;
mod attacks;
mod build_status;
mod client;
mod connect;
mod consent;
mod database;
mod events;
mod faults;
mod following;
mod forgeries;
mod gaps;
mod install;
mod isolation;
mod issues;
mod limits;
mod observing;
mod order;
mod outage;
mod proxy;
mod pull_requests;
mod pushes;
mod releases;
mod repetition;
mod replicas;
mod resolution;
mod road;
mod schedules;
mod source;
mod strangers;
mod world;
