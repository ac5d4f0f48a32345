//! The simulator over its sockets: what a client of the real peers would see.

#![expect(
    clippy::expect_used,
    reason = "a test stops at the first thing that is not as expected"
)]

mod access;
mod bitbucket;
mod connect;
mod deliveries;
mod diffs;
mod faults;
mod insights;
mod issues;
mod peer;
mod process;
mod pull_requests;
mod releases;
mod sources;
mod tracker;
mod world;
