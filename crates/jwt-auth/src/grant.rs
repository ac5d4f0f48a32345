//! Trading a token for an OAuth 2 access token.

use crate::{RequestSigner, SignError, SignedToken, UnixTime};

/// The method of the call.
pub const METHOD: &str = "POST";

/// The path of the call, on the host `bitbucket.org` (not on that of the API).
pub const PATH: &str = "/site/oauth2/access_token";

/// The value of the header `Content-Type`.
pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// The form that is the body of the call.
pub const BODY: &str = "grant_type=urn:bitbucket:oauth2:jwt";

/// The call by which an app trades its own token for an access token that acts as the account the app is installed for.
///
/// Source: [OAuth 2.0, Bitbucket Cloud JWT grant](https://developer.atlassian.com/cloud/bitbucket/oauth-2/). The caller sends it: [`METHOD`] to [`PATH`], with
/// [`header_value`](Self::header_value) as `Authorization`, [`CONTENT_TYPE`] and [`BODY`]. The answer is JSON with `access_token`, `expires_in` (seconds),
/// `scopes` and `token_type`.
///
/// ```
/// use bitbucket_jwt_auth::grant::{self, BearerGrant};
/// use bitbucket_jwt_auth::{RequestSigner, SharedSecret, UnixTime};
///
/// let secret = SharedSecret::new("a-big-secret".to_owned());
/// let signer = RequestSigner::new("app.example.com.bitbucket", "connection:123", secret);
/// let grant = BearerGrant::new(&signer, UnixTime::from_seconds(1_672_534_861))?;
/// assert!(grant.header_value().starts_with("JWT "));
/// assert_eq!(grant::BODY, "grant_type=urn:bitbucket:oauth2:jwt");
/// # Ok::<(), bitbucket_jwt_auth::SignError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BearerGrant {
    assertion: SignedToken,
}

impl BearerGrant {
    /// Signs the call, as the app and for the installation of `signer`.
    ///
    /// # Errors
    /// [`SignError::EmptySecret`].
    pub fn new(signer: &RequestSigner, now: UnixTime) -> Result<Self, SignError> {
        let assertion = signer.sign(METHOD, PATH, None, now)?;
        Ok(Self { assertion })
    }

    /// The token that is traded.
    #[must_use]
    pub const fn assertion(&self) -> &SignedToken {
        &self.assertion
    }

    /// The value of the header `Authorization`: `JWT eyJ0…`. The endpoint wants the scheme in upper case.
    #[must_use]
    pub fn header_value(&self) -> String {
        self.assertion.header_value()
    }
}
