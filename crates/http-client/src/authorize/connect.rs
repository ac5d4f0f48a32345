//! Atlassian Connect: a fresh token per request, signed over its final encoded path and query.

use async_trait::async_trait;
use bitbucket_jwt_auth::{RequestSigner, SharedSecret, UnixTime};
use http::HeaderValue;

use super::{Authorize, AuthorizeError, RequestParts, sensitive};

/// `Authorization: JWT …`, signed for exactly one method, path and query. `Debug` shows no secret.
#[derive(Clone)]
pub struct ConnectJwt {
    signer: RequestSigner,
}

impl ConnectJwt {
    /// Signs as the app `app_key` for the installation `client_key` with its shared secret.
    #[must_use]
    pub fn new(app_key: String, client_key: String, shared_secret: SharedSecret) -> Self {
        Self {
            signer: RequestSigner::new(app_key, client_key, shared_secret),
        }
    }
}

#[async_trait]
impl Authorize for ConnectJwt {
    async fn authorization<'a>(
        &self,
        request: &RequestParts<'a>,
    ) -> Result<Option<HeaderValue>, AuthorizeError> {
        let now = UnixTime::from_seconds(request.now.as_second());
        let token = self
            .signer
            .sign(request.method, request.path, request.query, now)
            .map_err(|_| AuthorizeError::Unsigned)?;
        sensitive(&token.header_value()).map(Some)
    }
}

impl std::fmt::Debug for ConnectJwt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConnectJwt").finish_non_exhaustive()
    }
}
