//! The order of checks.

use jsonwebtoken::Algorithm;
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;

use super::ISSUER;
use super::claims::VerifiedInvocation;
use super::error::InvocationError;
use super::keys::{KeySet, PublicKey};
use crate::UnixTime;
use crate::token::{Compact, TokenPart};
use crate::verify::{AudienceRule, Claims, LEEWAY_SECONDS, VerifyError, check_times};

/// Verifies that a call comes from Forge, for this app: RS256 with a published key, `iss` is [`ISSUER`], `aud` holds the app's id, and now is between
/// `iat` (or `nbf`) and `exp`, give or take [`LEEWAY_SECONDS`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InvocationVerifier {
    audience: AudienceRule,
}

impl InvocationVerifier {
    /// A verifier for the app with this id: `ari:cloud:ecosystem::app/…`, as the manifest has it.
    #[must_use]
    pub fn new(app_id: &str) -> Self {
        Self {
            audience: AudienceRule::Required(app_id.to_owned()),
        }
    }

    /// Verifies `token` (without `Bearer`).
    ///
    /// # Errors
    /// The first rule that is broken, or why the keys couldn't be looked up.
    pub async fn verify(
        &self,
        keys: &dyn KeySet,
        token: &str,
        now: UnixTime,
    ) -> Result<VerifiedInvocation, InvocationError> {
        let parts = Compact::split(token).map_err(VerifyError::from)?;
        let kid = parts.rs256_key_id().map_err(VerifyError::from)?;
        let kid = kid.ok_or(InvocationError::MissingKeyId)?;
        let key = keys.key(&kid, now).await?;
        check_signature(&parts, &key.ok_or(InvocationError::UnknownKey)?)?;
        self.check_claims(&parts, now)
    }

    fn check_claims(
        &self,
        parts: &Compact<'_>,
        now: UnixTime,
    ) -> Result<VerifiedInvocation, InvocationError> {
        let malformed = VerifyError::Malformed(TokenPart::Claims);
        let json = parts.claims().ok_or(malformed)?;
        let claims = Claims::parse(&json)?;
        if claims.issuer()? != ISSUER {
            return Err(InvocationError::Issuer);
        }
        check_times(&claims, now, LEEWAY_SECONDS)?;
        self.audience.check(&claims)?;
        Ok(VerifiedInvocation {
            issued_at: claims.issued_at()?,
            expires_at: claims.expires_at()?,
            said: serde_json::from_slice(&json).map_err(|_| malformed)?,
        })
    }
}

fn check_signature(parts: &Compact<'_>, key: &PublicKey) -> Result<(), VerifyError> {
    let signature = parts.signature();
    let signature = signature.ok_or(VerifyError::Malformed(TokenPart::Signature))?;
    let verifier = (DEFAULT_PROVIDER.verifier_factory)(&Algorithm::RS256, &key.0);
    let verifier = verifier.map_err(|_| VerifyError::Signature)?;
    let verdict = verifier.verify(parts.signed(), &signature);
    verdict.map_err(|_| VerifyError::Signature)
}
