//! The simulator over its sockets: what a client of the real peers would see.

#![expect(
    clippy::expect_used,
    reason = "a test stops at the first thing that is not as expected"
)]

mod bitbucket;
mod deliveries;
mod faults;
mod peer;
mod tracker;
