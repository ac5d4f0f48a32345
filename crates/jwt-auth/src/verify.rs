//! Verifying requests from Bitbucket.

mod audience;
mod claims;
mod error;
mod limits;
mod unverified;
mod verified;
mod verifier;

pub use audience::AudienceRule;
pub use error::{Claim, VerifyError};
pub use limits::{LEEWAY_SECONDS, MAX_LIFETIME_SECONDS};
pub use unverified::UnverifiedToken;
pub use verified::{Binding, VerifiedToken};
pub use verifier::{RequestVerifier, verify};

#[cfg(feature = "forge")]
pub(crate) use {claims::Claims, limits::check as check_times};
