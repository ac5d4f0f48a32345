#![doc = include_str!("../README.md")]

mod canonical;
#[cfg(feature = "forge")]
pub mod forge;
pub mod grant;
pub mod install;
#[cfg(doctest)]
mod misuse;
mod received;
pub mod replay;
mod secret;
mod sign;
mod source;
mod time;
mod token;
mod verify;
pub mod webhook;

pub use canonical::{CanonicalRequest, CanonicalRule, Profile, QueryHash, RequestError};
pub use received::{TokenError, token_of_request};
#[cfg(feature = "mock")]
pub use replay::MockReplayGuard;
pub use secret::SharedSecret;
pub use sign::{DEFAULT_LIFETIME_SECONDS, RequestSigner, SignError, SignedToken};
#[cfg(feature = "mock")]
pub use source::MockSecretSource;
pub use source::{SecretSource, SecretSourceError};
pub use time::UnixTime;
pub use token::{AUTHORIZATION_SCHEME, MAX_TOKEN_BYTES, TokenPart};
pub use verify::{
    AudienceRule, Binding, Claim, LEEWAY_SECONDS, MAX_LIFETIME_SECONDS, RequestVerifier,
    UnverifiedToken, VerifiedToken, VerifyError, verify,
};
