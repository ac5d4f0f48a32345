//! Refusing a token that was used before.
//!
//! A token is good for its request until it expires, however often it comes. For webhooks that is what is wanted, Bitbucket repeats them; for lifecycle
//! calls it is not: whoever records an `uninstalled` call could send it again after the app was installed anew with the same secret.

mod memory;

#[cfg(test)]
mod tests;

use std::fmt;

use async_trait::async_trait;
use aws_lc_rs::digest;

pub use memory::MemoryReplayGuard;

use crate::verify::LEEWAY_SECONDS;
use crate::{UnixTime, VerifiedToken};

/// SHA-256 of a token's signature: tells tokens apart, and is of no use to whoever reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenFingerprint([u8; 32]);

impl TokenFingerprint {
    pub(crate) fn of_signature(signature: &[u8]) -> Self {
        let digest = digest::digest(&digest::SHA256, signature);
        let mut bytes = [0; 32];
        for (byte, digested) in bytes.iter_mut().zip(digest.as_ref()) {
            *byte = *digested;
        }
        Self(bytes)
    }

    /// The 32 bytes, for storage.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for TokenFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// Remembers tokens for as long as they could be used again.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ReplayGuard: Send + Sync {
    /// Remembers `fingerprint` at least until `until`, and says whether it is new. Of two calls at the same time, one gets `true`.
    ///
    /// # Errors
    /// When it could not be found out or remembered; the call must then be refused.
    async fn is_new(
        &self,
        fingerprint: TokenFingerprint,
        now: UnixTime,
        until: UnixTime,
    ) -> Result<bool, ReplayGuardError>;
}

/// Accepts a verified token once.
///
/// # Errors
/// [`ReplayError::Replayed`] from the second time on, or the guard's failure.
pub async fn accept_once(
    guard: &dyn ReplayGuard,
    token: &VerifiedToken,
    now: UnixTime,
) -> Result<(), ReplayError> {
    // No verifier accepts it any longer after that.
    let until = token.expires_at().plus_seconds(LEEWAY_SECONDS);
    if guard.is_new(token.fingerprint(), now, until).await? {
        return Ok(());
    }
    Err(ReplayError::Replayed)
}

/// Why a [`ReplayGuard`] had no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ReplayGuardError {
    /// It doesn't answer; it may later.
    #[error("the memory of used tokens is not available")]
    Unavailable,
    /// It has no room for another token until some have expired.
    #[error("the memory of used tokens is full")]
    Full,
}

/// Why a verified token was refused all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ReplayError {
    /// It was used before.
    #[error("the token was used before")]
    Replayed,
    /// Nobody can say whether it was.
    #[error("whether the token was used before cannot be found out")]
    Guard(#[from] ReplayGuardError),
}

impl ReplayError {
    /// A stable name for metrics and logs. The peer is told `unauthorized` or `unavailable`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Replayed => "token_replayed",
            Self::Guard(ReplayGuardError::Unavailable) => "replay_guard_unavailable",
            Self::Guard(ReplayGuardError::Full) => "replay_guard_full",
        }
    }
}
