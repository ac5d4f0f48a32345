//! The simulator over its sockets: what a client of the real peers would see.

#![expect(
    clippy::expect_used,
    reason = "a test stops at the first thing that is not as expected"
)]

mod bitbucket;
mod connect;
mod deliveries;
mod faults;
mod issues;
mod peer;
mod process;
mod releases;
mod tracker;
mod world;
