//! Where secrets come from.

use async_trait::async_trait;

use crate::SharedSecret;

/// Finds the shared secret of an issuer; the one thing verification needs from storage.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait SecretSource: Send + Sync {
    /// The secret of the installation whose `clientKey` is `issuer`, or `None` when there is no such installation.
    ///
    /// `issuer` comes from a token nobody has verified yet: use it as a look-up key and for nothing else.
    ///
    /// # Errors
    /// When it could not be found out; that is never the peer's fault.
    async fn secret(&self, issuer: &str) -> Result<Option<SharedSecret>, SecretSourceError>;
}

/// Why a [`SecretSource`] had no answer. The source itself logs the details, which are nobody else's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SecretSourceError {
    /// The storage didn't answer; it may later.
    #[error("the secrets are not available")]
    Unavailable,
    /// What is stored can't be read, for instance because the key that encrypts it is not there.
    #[error("the stored secret cannot be read")]
    Unreadable,
}

impl SecretSourceError {
    /// A stable name for metrics and logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unavailable => "secrets_unavailable",
            Self::Unreadable => "secret_unreadable",
        }
    }

    /// Whether asking again later can help.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        match self {
            Self::Unavailable => true,
            Self::Unreadable => false,
        }
    }
}
