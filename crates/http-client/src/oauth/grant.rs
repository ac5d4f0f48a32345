//! What a consumer was granted, and where it is kept.

use std::fmt;

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};

/// An access token with the refresh token that brings the next one. `Debug` shows neither.
#[derive(Clone)]
pub struct OAuthGrant {
    /// Presented to the API.
    pub access_token: SecretString,
    /// When the access token stops working.
    pub expires_at: jiff::Timestamp,
    /// Brings the next grant, once. Client credentials have none.
    pub refresh_token: Option<SecretString>,
}

impl OAuthGrant {
    /// Whether both are the same grant: they have the same access token.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.access_token.expose_secret() == other.access_token.expose_secret()
    }
}

impl fmt::Debug for OAuthGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthGrant")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Keeps one grant. Whoever loses the newest refresh token has to ask a person again, so `save` returns only once the
/// grant is safe.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait GrantStore: Send + Sync {
    /// The grant saved last, also by another process.
    ///
    /// # Errors
    ///
    /// A [`GrantStoreError`] when the store does not answer.
    async fn load(&self) -> Result<Option<OAuthGrant>, GrantStoreError>;

    /// Saves the grant in place of `before`, from which it was renewed. `false`, and nothing is saved, when another one is kept by now: a
    /// person gave it anew meanwhile, and it is the one to go on with. Saving the same twice is fine. Tokens exceed 2,500 characters.
    ///
    /// # Errors
    ///
    /// A [`GrantStoreError`] when it is not safely saved.
    async fn save(&self, grant: &OAuthGrant, before: &OAuthGrant) -> Result<bool, GrantStoreError>;
}

/// The store of grants does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the store of grants does not answer")]
pub struct GrantStoreError;
