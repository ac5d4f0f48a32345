//! Whom a token is for.

use super::claims::Claims;
use super::error::{Claim, VerifyError};

/// What the claim `aud` must say.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum AudienceRule {
    /// Where there is one, it must name the issuer: Bitbucket sends the installation's `clientKey` as both `iss` and `aud`.
    #[default]
    IssuerIfPresent,
    /// There must be one, and it must hold this name.
    Required(String),
    /// It isn't looked at. That is what Sentry does.
    Unchecked,
}

impl AudienceRule {
    pub(super) fn check(&self, claims: &Claims<'_>) -> Result<(), VerifyError> {
        let accepted = match (self, &claims.aud) {
            (Self::Unchecked, _) | (Self::IssuerIfPresent, None) => true,
            (Self::IssuerIfPresent, Some(audience)) => audience.names(claims.issuer()?),
            (Self::Required(_), None) => return Err(VerifyError::MissingClaim(Claim::Audience)),
            (Self::Required(name), Some(audience)) => audience.names(name),
        };
        if accepted {
            return Ok(());
        }
        Err(VerifyError::WrongAudience)
    }
}
