//! The client against real sockets: what it sends byte for byte, and what it makes of every answer.
#![cfg(feature = "hyper")]

mod commits;
mod credentials;
mod faults;
mod hooks;
mod pages;
mod peer;
mod retrying;
mod single;
