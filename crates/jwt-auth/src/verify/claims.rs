//! The claims as they stand in a token. Holding them says nothing about their truth.

use std::borrow::Cow;

use serde::Deserialize;

use super::error::{Claim, VerifyError};
use crate::UnixTime;
use crate::token::TokenPart;

/// What is read of the claims. A claim named twice is refused, other claims are not looked at.
#[derive(Deserialize)]
pub(super) struct Claims<'c> {
    #[serde(borrow, default)]
    iss: Option<Cow<'c, str>>,
    #[serde(borrow, default)]
    pub(super) sub: Option<Cow<'c, str>>,
    #[serde(borrow, default)]
    pub(super) aud: Option<Audience<'c>>,
    #[serde(borrow, default)]
    qsh: Option<Cow<'c, str>>,
    #[serde(default)]
    iat: Option<i64>,
    #[serde(default)]
    exp: Option<i64>,
    #[serde(default)]
    nbf: Option<i64>,
}

/// `aud`: one name, or several ([RFC 7519 §4.1.3](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3)).
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Audience<'c> {
    One(#[serde(borrow)] Cow<'c, str>),
    Several(Vec<String>),
}

impl Audience<'_> {
    pub(super) fn names(&self, name: &str) -> bool {
        match self {
            Self::One(one) => one == name,
            Self::Several(several) => several.iter().any(|one| one == name),
        }
    }
}

impl<'c> Claims<'c> {
    pub(super) fn parse(json: &'c [u8]) -> Result<Self, VerifyError> {
        serde_json::from_slice(json).map_err(|_| VerifyError::Malformed(TokenPart::Claims))
    }

    /// `iss`, not empty.
    pub(super) fn issuer(&self) -> Result<&str, VerifyError> {
        let issuer = self.iss.as_deref().unwrap_or_default();
        if issuer.is_empty() {
            return Err(VerifyError::MissingClaim(Claim::Issuer));
        }
        Ok(issuer)
    }

    pub(super) fn query_hash(&self) -> Result<&str, VerifyError> {
        let missing = VerifyError::MissingClaim(Claim::QueryHash);
        self.qsh.as_deref().ok_or(missing)
    }

    pub(super) fn issued_at(&self) -> Result<UnixTime, VerifyError> {
        time(self.iat, Claim::IssuedAt)
    }

    pub(super) fn expires_at(&self) -> Result<UnixTime, VerifyError> {
        time(self.exp, Claim::ExpiresAt)
    }

    pub(super) fn not_before(&self) -> Option<UnixTime> {
        self.nbf.map(UnixTime::from_seconds)
    }
}

fn time(seconds: Option<i64>, claim: Claim) -> Result<UnixTime, VerifyError> {
    let missing = VerifyError::MissingClaim(claim);
    seconds.map(UnixTime::from_seconds).ok_or(missing)
}
