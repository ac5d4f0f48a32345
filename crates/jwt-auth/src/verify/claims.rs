//! The claims as they stand in a token. Holding them says nothing about their truth.

use serde::Deserialize;

use super::audience::Audience;
use super::error::{Claim, VerifyError};
use crate::UnixTime;
use crate::token::TokenPart;

/// What is read of the claims. A claim named twice is refused, other claims are not looked at. Times are whole seconds.
#[derive(Deserialize)]
pub(crate) struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    qsh: Option<String>,
    iat: Option<i64>,
    exp: Option<i64>,
    nbf: Option<i64>,
}

impl Claims {
    pub(crate) fn parse(json: &[u8]) -> Result<Self, VerifyError> {
        let malformed = VerifyError::Malformed(TokenPart::Claims);
        // The derived reader would also take a list of the claims' values.
        if json.trim_ascii_start().first() != Some(&b'{') {
            return Err(malformed);
        }
        serde_json::from_slice(json).map_err(|_| malformed)
    }

    /// `iss`, not empty.
    pub(crate) fn issuer(&self) -> Result<&str, VerifyError> {
        let named = self.iss.as_deref().filter(|issuer| !issuer.is_empty());
        named.ok_or(VerifyError::MissingClaim(Claim::Issuer))
    }

    pub(crate) fn subject(&self) -> Option<&str> {
        self.sub.as_deref()
    }

    pub(crate) const fn audience(&self) -> Option<&Audience> {
        self.aud.as_ref()
    }

    pub(crate) fn query_hash(&self) -> Result<&str, VerifyError> {
        let hash = self.qsh.as_deref();
        hash.ok_or(VerifyError::MissingClaim(Claim::QueryHash))
    }

    pub(crate) fn issued_at(&self) -> Result<UnixTime, VerifyError> {
        time(self.iat, Claim::IssuedAt)
    }

    pub(crate) fn expires_at(&self) -> Result<UnixTime, VerifyError> {
        time(self.exp, Claim::ExpiresAt)
    }

    pub(crate) fn not_before(&self) -> Option<UnixTime> {
        self.nbf.map(UnixTime::from_seconds)
    }
}

fn time(seconds: Option<i64>, claim: Claim) -> Result<UnixTime, VerifyError> {
    let missing = VerifyError::MissingClaim(claim);
    seconds.map(UnixTime::from_seconds).ok_or(missing)
}
