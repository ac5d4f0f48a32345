//! What is known of a token once it was verified.

use std::fmt;

use super::claims::Claims;
use super::error::VerifyError;
use crate::UnixTime;
use crate::replay::TokenFingerprint;

/// What a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Binding {
    /// The one request it came with.
    Request,
    /// A session in the browser. It says who looks at a page, and nothing about the request it came with.
    Session,
}

/// What a verified token says. Only verification makes one.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedToken {
    issuer: String,
    subject: Option<String>,
    issued_at: UnixTime,
    expires_at: UnixTime,
    binding: Binding,
    signature: Vec<u8>,
}

impl VerifiedToken {
    pub(super) fn new(
        claims: &Claims,
        binding: Binding,
        signature: Vec<u8>,
    ) -> Result<Self, VerifyError> {
        Ok(Self {
            issuer: claims.issuer()?.to_owned(),
            subject: claims.subject().map(str::to_owned),
            issued_at: claims.issued_at()?,
            expires_at: claims.expires_at()?,
            binding,
            signature,
        })
    }

    /// The claim `iss`: the installation's `clientKey` on requests from Bitbucket, the app's key on requests from an app.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The claim `sub`: who looks at the page on requests of a browser, the installation's `clientKey` on requests from an app.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The claim `iat`.
    #[must_use]
    pub const fn issued_at(&self) -> UnixTime {
        self.issued_at
    }

    /// The claim `exp`, without any leeway.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.expires_at
    }

    /// Whether the token stands for the request or for a session. It is [`Binding::Request`], unless the verifier
    /// [accepts the others](crate::RequestVerifier::accepting_context_tokens).
    #[must_use]
    pub const fn binding(&self) -> Binding {
        self.binding
    }

    /// What tells this token from others, for a [`ReplayGuard`](crate::replay::ReplayGuard).
    #[must_use]
    pub fn fingerprint(&self) -> TokenFingerprint {
        TokenFingerprint::of_signature(&self.signature)
    }
}

impl fmt::Debug for VerifiedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedToken")
            .field("issuer", &self.issuer)
            .field("subject", &self.subject)
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .field("binding", &self.binding)
            .finish_non_exhaustive()
    }
}
