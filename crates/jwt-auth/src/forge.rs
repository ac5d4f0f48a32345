//! Forge invocation tokens: what replaces Connect's tokens for apps that moved to Forge Remote.
//!
//! Forge calls the app's own server with `Authorization: Bearer …`, a token signed with RS256 by Atlassian, for the audience of this one app
//! ([Forge Remote essentials](https://developer.atlassian.com/platform/forge/remote/essentials/)). The key is looked up by the header's `kid` in the key set that Atlassian publishes at
//! [`KEY_SET_URL`]; a key is never taken from a token. The token says who calls, not what: it is bound to no path and no body.
//!
//! ```
//! use bitbucket_jwt_auth::UnixTime;
//! use bitbucket_jwt_auth::forge::{InvocationError, InvocationVerifier, KeySet, bearer_token};
//!
//! async fn installation(keys: &dyn KeySet, authorization: &str, now: UnixTime) -> Result<Option<String>, InvocationError> {
//!     let verifier = InvocationVerifier::new("ari:cloud:ecosystem::app/8db33309-8b75-4a2c-9f1e-6f0d2c7f4a55");
//!     let token = bearer_token(authorization).unwrap_or_default();
//!     let invocation = verifier.verify(keys, token, now).await?;
//!     Ok(invocation.app().installation_id.clone())
//! }
//! ```

mod cache;
mod claims;
mod error;
mod keys;
mod object;
mod verifier;

#[cfg(test)]
mod tests;

pub use cache::{CachedKeySet, MAX_AGE_SECONDS, REFRESH_SECONDS};
pub use claims::{Environment, InvocationApp, InvocationContext, Module, VerifiedInvocation};
pub use error::InvocationError;
pub use keys::{FetchKeys, KeySet, KeySetError, MAX_KEY_SET_BYTES, PublicKey, parse_key_set};
#[cfg(feature = "mock")]
pub use keys::{MockFetchKeys, MockKeySet};
pub use verifier::InvocationVerifier;

/// Where Atlassian publishes the keys of invocation tokens, as a JWK Set.
pub const KEY_SET_URL: &str = "https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json";

/// What every invocation token has as `iss`.
pub const ISSUER: &str = "forge/invocation-token";

/// The token in the value of an `Authorization` header: what follows `Bearer`.
#[must_use]
pub fn bearer_token(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    let token = token.trim_matches(' ');
    (scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty()).then_some(token)
}
