//! How much time a token has.

use super::claims::Claims;
use super::error::VerifyError;
use crate::UnixTime;

/// How far the clocks of both sides may differ, in seconds. Bitbucket's has been seen ahead by some; a token lives at most this much longer.
pub const LEEWAY_SECONDS: i64 = 60;

/// Longest time between `iat` and `exp`, in seconds. Bitbucket's own tokens live for one hour; one that lives longer was not made by it.
pub const MAX_LIFETIME_SECONDS: i64 = 3_600;

/// Checks `exp`, `iat` and `nbf` ([RFC 7519 §4.1](https://www.rfc-editor.org/rfc/rfc7519#section-4.1)) against `now`.
pub(crate) fn check(claims: &Claims, now: UnixTime, leeway: i64) -> Result<(), VerifyError> {
    let issued = claims.issued_at()?;
    let expires = claims.expires_at()?;
    let lifetime = expires.seconds_since(issued);
    if !(1..=MAX_LIFETIME_SECONDS).contains(&lifetime) {
        return Err(VerifyError::Lifetime);
    }
    if now >= expires.plus_seconds(leeway) {
        return Err(VerifyError::Expired);
    }
    if issued > now.plus_seconds(leeway) {
        return Err(VerifyError::IssuedInFuture);
    }
    match claims.not_before() {
        Some(not_before) if not_before > now.plus_seconds(leeway) => Err(VerifyError::NotYetValid),
        Some(_) | None => Ok(()),
    }
}
