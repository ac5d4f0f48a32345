//! The sockets: an accept loop with limits, on hyper's HTTP/1.
//!
//! Header time, number of connections and the way a stop goes are bounded here; body size, body time and the time of
//! a whole answer are bounded inside, where they can be answered in JSON.

mod accept;
mod guarding;
mod handling;
mod senders;

#[cfg(test)]
mod tests;

pub(crate) use accept::{Limits, serve};
pub(crate) use guarding::guard;
pub(crate) use handling::{Handling, handle, panicked};
pub(crate) use senders::SendersError;
pub(crate) use senders::{Remote, Senders};
