//! Why a token was refused.

use std::fmt;

use crate::canonical::RequestError;
use crate::source::SecretSourceError;
use crate::token::{HeaderError, TokenPart};

/// Why a request was not verified. Holds nothing of the token.
///
/// Log the [`code`](Self::code); tell the peer no more than [`peer_code`](Self::peer_code).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum VerifyError {
    /// The token has more than [`MAX_TOKEN_BYTES`](crate::MAX_TOKEN_BYTES).
    #[error("the token is too long")]
    TooLong,
    /// A part of the token is not what it must be: not three parts, not base64url, not a JSON object, a claim of the wrong type or named twice.
    #[error("the {0} of the token is malformed")]
    Malformed(TokenPart),
    /// The header doesn't say HS256.
    #[error("the token is not signed with the expected algorithm")]
    Algorithm,
    /// The header holds something that could choose a key, or that isn't understood.
    #[error("the header of the token has a member that is not accepted")]
    HeaderMember,
    /// A claim is missing.
    #[error("the claim {0} is missing")]
    MissingClaim(Claim),
    /// There is no installation of this issuer.
    #[error("the issuer is not known")]
    UnknownIssuer,
    /// `iss` is another one than the body of the call says.
    #[error("the token is of another issuer than the call")]
    OtherIssuer,
    /// The signature was made with another secret, or for other claims; which of the two, nobody can tell.
    #[error("the signature does not match")]
    Signature,
    /// `exp` is past.
    #[error("the token has expired")]
    Expired,
    /// `nbf` is not reached.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// `iat` is in the future by more than the clocks may differ.
    #[error("the token was issued in the future")]
    IssuedInFuture,
    /// `exp` is not after `iat`, or too long after it.
    #[error("the token has a lifetime that is not accepted")]
    Lifetime,
    /// `aud` names somebody else.
    #[error("the token is for another audience")]
    WrongAudience,
    /// `qsh` is the hash of another request.
    #[error("the token was made for another request")]
    OtherRequest,
    /// The token stands for a session in the browser, not for a request, and such were not asked for.
    #[error("the token stands for a browser session")]
    ContextToken,
    /// The request itself, as the caller gave it, is none.
    #[error("the request cannot be reduced to its canonical form")]
    Request(#[from] RequestError),
    /// The secret could not be looked up. The peer isn't to blame.
    #[error("the secret of the issuer could not be looked up")]
    SecretSource(#[from] SecretSourceError),
}

impl VerifyError {
    /// A stable name for metrics and logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "token_too_long",
            Self::Malformed(_) => "token_malformed",
            Self::Algorithm => "algorithm_refused",
            Self::HeaderMember => "header_refused",
            Self::MissingClaim(_) => "claim_missing",
            Self::UnknownIssuer => "unknown_issuer",
            Self::OtherIssuer => "other_issuer",
            Self::Signature => "signature_mismatch",
            Self::Expired => "token_expired",
            Self::NotYetValid => "token_not_yet_valid",
            Self::IssuedInFuture => "token_from_future",
            Self::Lifetime => "lifetime_refused",
            Self::WrongAudience => "wrong_audience",
            Self::OtherRequest => "other_request",
            Self::ContextToken => "context_token",
            Self::Request(error) => error.code(),
            Self::SecretSource(error) => error.code(),
        }
    }

    /// What a peer may be told. A token that is wrong in any way that depends on a secret, an installation or this side's rules gets one and the same
    /// answer, so that nobody can find out which secrets or installations there are.
    #[must_use]
    pub const fn peer_code(self) -> &'static str {
        match self {
            Self::TooLong
            | Self::Malformed(_)
            | Self::Algorithm
            | Self::HeaderMember
            | Self::MissingClaim(_) => "invalid_token",
            Self::UnknownIssuer
            | Self::OtherIssuer
            | Self::Signature
            | Self::Expired
            | Self::NotYetValid
            | Self::IssuedInFuture
            | Self::Lifetime
            | Self::WrongAudience
            | Self::OtherRequest
            | Self::ContextToken => "unauthorized",
            Self::Request(_) => "invalid_request",
            Self::SecretSource(_) => "unavailable",
        }
    }

    /// Whether the same request can be accepted later: the fault is on this side, and passing.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        matches!(self, Self::SecretSource(error) if error.is_retryable())
    }
}

impl From<HeaderError> for VerifyError {
    fn from(error: HeaderError) -> Self {
        match error {
            HeaderError::Malformed => Self::Malformed(TokenPart::Header),
            HeaderError::Algorithm => Self::Algorithm,
            HeaderError::Member => Self::HeaderMember,
        }
    }
}

/// A claim that must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Claim {
    /// `iss`
    Issuer,
    /// `aud`
    Audience,
    /// `iat`
    IssuedAt,
    /// `exp`
    ExpiresAt,
    /// `qsh`
    QueryHash,
}

impl Claim {
    /// The name in the token: `iss`, `aud`, `iat`, `exp` or `qsh`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Issuer => "iss",
            Self::Audience => "aud",
            Self::IssuedAt => "iat",
            Self::ExpiresAt => "exp",
            Self::QueryHash => "qsh",
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
