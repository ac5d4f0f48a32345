//! Who a token says it is from.

use super::claims;
use super::error::VerifyError;
use crate::token::{Compact, CompactError, TokenPart};

/// The issuer a token names, before anything about the token is known to be true.
///
/// It is good for one thing: looking up the secret to verify the token with. That is why nothing else of the token can be read from it.
///
/// ```
/// use bitbucket_jwt_auth::{RequestSigner, SharedSecret, UnixTime, UnverifiedIssuer};
///
/// let secret = SharedSecret::new("a-big-secret".to_owned());
/// let signer = RequestSigner::new("app.example.com.bitbucket", "connection:123", secret);
/// let token = signer.sign("GET", "/", None, UnixTime::from_seconds(0))?;
/// let issuer = UnverifiedIssuer::read(token.as_str()).map_err(|error| error.code());
/// assert_eq!(issuer.map(|found| found.issuer().to_owned()), Ok("app.example.com.bitbucket".to_owned()));
/// # Ok::<(), bitbucket_jwt_auth::SignError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedIssuer(String);

impl UnverifiedIssuer {
    /// Reads the claim `iss` of `token` (without the scheme `JWT`), if the token has a shape and a header that could be accepted. Neither its
    /// other claims nor its signature are looked at.
    ///
    /// # Errors
    /// When it doesn't, or there is no issuer.
    pub fn read(token: &str) -> Result<Self, VerifyError> {
        let parts = Compact::split(token)?;
        parts.check_hs256()?;
        let claims = parts.claims();
        let claims = claims.ok_or(VerifyError::Malformed(TokenPart::Claims))?;
        claims::issuer(&claims).map(Self)
    }

    /// The `clientKey` the token names; for the look-up of its secret.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.0
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
