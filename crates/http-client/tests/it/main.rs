//! The client against real sockets: what it sends byte for byte, and what it makes of every answer.
#![cfg(feature = "hyper")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod caching;
mod coding;
mod comments;
mod commits;
mod credentials;
mod every_call;
mod faults;
mod faulty;
mod files;
mod hooks;
mod insights;
mod oauth;
mod pages;
mod peer;
mod permissions;
mod policies;
mod prefetching;
mod property;
mod retrying;
mod scripted;
mod secure;
mod sent;
mod single;
mod streaming;
mod wider;
