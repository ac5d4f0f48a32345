//! The claims as they stand in a token. Holding them says nothing about their truth.

use std::borrow::Cow;

use serde::Deserialize;

use super::audience::Audience;
use super::error::{Claim, VerifyError};
use crate::UnixTime;
use crate::token::TokenPart;

/// What is read of the claims. A claim named twice is refused, other claims are not looked at. Times are whole seconds.
#[derive(Deserialize)]
pub(crate) struct Claims<'c> {
    #[serde(borrow)]
    iss: Option<Text<'c>>,
    #[serde(borrow)]
    sub: Option<Text<'c>>,
    #[serde(borrow)]
    aud: Option<Audience<'c>>,
    #[serde(borrow)]
    qsh: Option<Text<'c>>,
    iat: Option<i64>,
    exp: Option<i64>,
    nbf: Option<i64>,
}

/// Text, without a copy where the JSON has no escapes in it.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Text<'c>(#[serde(borrow)] pub(crate) Cow<'c, str>);

/// The issuer alone.
#[derive(Deserialize)]
struct Issuer<'c> {
    #[serde(borrow)]
    iss: Option<Text<'c>>,
}

/// Reads `iss`, not empty, and skips the rest.
pub(super) fn issuer(json: &[u8]) -> Result<String, VerifyError> {
    let claims: Issuer<'_> = parse(json)?;
    named(claims.iss.as_ref()).map(str::to_owned)
}

fn parse<'c, T: Deserialize<'c>>(json: &'c [u8]) -> Result<T, VerifyError> {
    let malformed = VerifyError::Malformed(TokenPart::Claims);
    // The derived reader would also take a list of the claims' values.
    if json.trim_ascii_start().first() != Some(&b'{') {
        return Err(malformed);
    }
    serde_json::from_slice(json).map_err(|_| malformed)
}

fn named<'a>(issuer: Option<&'a Text<'_>>) -> Result<&'a str, VerifyError> {
    match issuer {
        Some(Text(issuer)) if !issuer.is_empty() => Ok(issuer),
        Some(_) | None => Err(VerifyError::MissingClaim(Claim::Issuer)),
    }
}

impl<'c> Claims<'c> {
    pub(crate) fn parse(json: &'c [u8]) -> Result<Self, VerifyError> {
        parse(json)
    }

    /// `iss`, not empty.
    pub(crate) fn issuer(&self) -> Result<&str, VerifyError> {
        named(self.iss.as_ref())
    }

    pub(crate) fn subject(&self) -> Option<&str> {
        self.sub.as_ref().map(|Text(subject)| subject.as_ref())
    }

    pub(crate) const fn audience(&self) -> Option<&Audience<'c>> {
        self.aud.as_ref()
    }

    pub(crate) fn query_hash(&self) -> Result<&str, VerifyError> {
        let hash = self.qsh.as_ref().map(|Text(hash)| hash.as_ref());
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
