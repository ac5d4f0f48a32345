//! What must hold for any input, one target per reader of input that strangers can choose.
//!
//! A target is a function that takes any bytes and panics when something does not hold that must. The fuzzer calls it (`cargo xtask fuzz`),
//! and so does a test, with the inputs kept in `corpus/`: seeds, and whatever once failed.
//!
//! To add one: a file `src/targets/NAME.rs` with `pub(crate) fn check(data: &[u8])`, its line in `src/targets.rs`, and some seeds in
//! `corpus/NAME/`. The first line of the file is what `cargo xtask fuzz --list` shows.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "to panic is how a target says that something does not hold"
)]

mod input;
mod known;
mod peer;
mod targets;

pub use targets::TARGETS;

/// A reader of input, and what must hold for whatever it reads.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The name of its file and of its folder in `corpus/`.
    pub name: &'static str,
    /// Panics when something does not hold.
    pub check: fn(&[u8]),
}
