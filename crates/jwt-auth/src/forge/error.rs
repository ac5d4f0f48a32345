//! Why an invocation was refused.

use super::keys::KeySetError;
use crate::VerifyError;

/// Why an invocation was not verified. Holds nothing of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InvocationError {
    /// The token is wrong in a way that every token can be.
    #[error("the token is refused")]
    Token(#[from] VerifyError),
    /// It was issued by somebody else than Forge.
    #[error("the token was not issued by Forge")]
    Issuer,
    /// It doesn't name a key.
    #[error("the token names no key")]
    MissingKeyId,
    /// It names a key that Atlassian doesn't publish.
    #[error("the token names a key that is not known")]
    UnknownKey,
    /// The keys could not be looked up. The peer isn't to blame.
    #[error("the keys could not be looked up")]
    Keys(#[from] KeySetError),
}

impl InvocationError {
    /// A stable name for metrics and logs. The peer is told `unauthorized`, or `unavailable` when it is [retryable](Self::is_retryable).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Token(error) => error.code(),
            Self::Issuer => "wrong_issuer",
            Self::MissingKeyId => "key_id_missing",
            Self::UnknownKey => "key_unknown",
            Self::Keys(error) => error.code(),
        }
    }

    /// Whether the same call can be accepted later: the fault is on this side, and passing.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        match self {
            Self::Keys(_) => true,
            Self::Token(error) => error.is_retryable(),
            Self::Issuer | Self::MissingKeyId | Self::UnknownKey => false,
        }
    }
}
