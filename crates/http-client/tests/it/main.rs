//! The client against real sockets: what it sends byte for byte, and what it makes of every answer.
#![cfg(feature = "hyper")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod commits;
mod credentials;
mod faults;
mod faulty;
mod hooks;
mod oauth;
mod pages;
mod peer;
mod retrying;
mod single;
mod streaming;
mod wider;
