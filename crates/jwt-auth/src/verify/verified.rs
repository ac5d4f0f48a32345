//! What is known of a token once it was verified.

use super::claims::Claims;
use super::error::VerifyError;
use crate::UnixTime;

/// What a verified token says. Only verification makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedToken {
    issuer: String,
    subject: Option<String>,
    issued_at: UnixTime,
    expires_at: UnixTime,
}

impl VerifiedToken {
    pub(super) fn of(claims: &Claims<'_>) -> Result<Self, VerifyError> {
        Ok(Self {
            issuer: claims.issuer()?.to_owned(),
            subject: claims.sub.as_deref().map(str::to_owned),
            issued_at: claims.issued_at()?,
            expires_at: claims.expires_at()?,
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
}
