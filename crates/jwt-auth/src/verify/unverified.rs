//! A token taken apart and decoded, of which nothing is known to be true.

use std::fmt;

use aws_lc_rs::hmac;

use super::claims::Claims;
use super::error::VerifyError;
use crate::SharedSecret;
use crate::token::{Compact, CompactError, TokenPart};

/// A token with the shape and the header of one that can be accepted. Its claims are not read yet.
pub(super) struct Received<'t> {
    signed: &'t [u8],
    claims: Vec<u8>,
    signature: Vec<u8>,
}

impl<'t> Received<'t> {
    pub(super) fn read(token: &'t str) -> Result<Self, VerifyError> {
        let parts = Compact::split(token)?;
        parts.check_hs256()?;
        let malformed = VerifyError::Malformed;
        Ok(Self {
            signed: parts.signed(),
            claims: parts.claims().ok_or(malformed(TokenPart::Claims))?,
            signature: parts.signature().ok_or(malformed(TokenPart::Signature))?,
        })
    }

    /// Compares the signature with that of each secret, each time in constant time.
    pub(super) fn check_signature(&self, secrets: &[SharedSecret]) -> Result<(), VerifyError> {
        let keys = secrets.iter().filter_map(SharedSecret::hmac_key);
        let mut verdicts = keys.map(|key| hmac::verify(key, self.signed, &self.signature));
        if verdicts.any(|verdict| verdict.is_ok()) {
            return Ok(());
        }
        Err(VerifyError::Signature)
    }

    pub(super) fn claims(&self) -> Result<Claims, VerifyError> {
        Claims::parse(&self.claims)
    }

    pub(super) fn signature(&self) -> Vec<u8> {
        self.signature.clone()
    }
}

/// A token that was read, before anything about it is known to be true.
///
/// It is good for two things: looking up the secret of the issuer it names, and being verified with that
/// ([`RequestVerifier::verify_read`](crate::RequestVerifier::verify_read)). That is why nothing else can be read from it.
///
/// ```
/// use bitbucket_jwt_auth::{RequestSigner, RequestVerifier, SharedSecret, UnixTime, UnverifiedToken};
///
/// let (now, secret) = (UnixTime::from_seconds(0), SharedSecret::new("a-big-secret".to_owned()));
/// let signer = RequestSigner::new("connection:123", "connection:123", secret.clone());
/// let received = signer.sign("GET", "/", None, now)?;
///
/// let token = UnverifiedToken::read(received.as_str())?;
/// assert_eq!(token.issuer(), "connection:123");
/// let verified = RequestVerifier::new().verify_read(&token, &[secret], "GET", "/", None, now)?;
/// assert_eq!(verified.issuer(), "connection:123");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct UnverifiedToken<'t> {
    pub(super) received: Received<'t>,
    pub(super) claims: Claims,
}

impl<'t> UnverifiedToken<'t> {
    /// Reads `token` (without the scheme `JWT`), if it has a shape and a header that could be accepted, and names an issuer. Neither its
    /// signature nor what its other claims say is looked at.
    ///
    /// # Errors
    /// When it doesn't, or a claim is of another type than it must be.
    pub fn read(token: &'t str) -> Result<Self, VerifyError> {
        let received = Received::read(token)?;
        let claims = received.claims()?;
        claims.issuer()?;
        Ok(Self { received, claims })
    }

    /// The `clientKey` the token names; for the look-up of its secret.
    #[must_use]
    pub fn issuer(&self) -> &str {
        // There is one: reading made sure.
        self.claims.issuer().unwrap_or_default()
    }
}

impl fmt::Debug for UnverifiedToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedToken")
            .field("issuer", &self.issuer())
            .finish_non_exhaustive()
    }
}

impl From<CompactError> for VerifyError {
    fn from(error: CompactError) -> Self {
        match error {
            CompactError::TooLong => Self::TooLong,
            CompactError::Malformed => Self::Malformed(TokenPart::Structure),
        }
    }
}
