//! The crate as its users see it: requests, tokens and signatures, what is refused, and what other implementations say.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helper that fails is a test that fails"
)]

mod claims;
mod properties;
mod requests;
mod tokens;
mod vectors;
