//! The crate as its users see it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod addresses;
mod costs;
mod facts;
mod properties;
mod recognising;
mod spelling;
#[cfg(feature = "serde")]
mod wire;
mod world;
