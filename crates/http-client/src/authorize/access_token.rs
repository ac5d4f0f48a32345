//! Bearer tokens: repository, project and workspace access tokens, and OAuth access tokens.

use async_trait::async_trait;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use super::{Authorize, AuthorizeError, RequestParts, sensitive};

/// `Authorization: Bearer …` with a token that does not change. `Debug` shows no token.
#[derive(Clone)]
pub struct AccessToken {
    header: Result<HeaderValue, AuthorizeError>,
}

impl AccessToken {
    /// Keeps `token`. One that no header can carry fails each request with [`AuthorizeError::UnusableCredential`].
    #[must_use]
    pub fn new(token: &SecretString) -> Self {
        Self {
            header: sensitive(&format!("Bearer {}", token.expose_secret())),
        }
    }
}

#[async_trait]
impl Authorize for AccessToken {
    async fn authorization<'a>(
        &self,
        _request: &RequestParts<'a>,
    ) -> Result<Option<HeaderValue>, AuthorizeError> {
        self.header.clone().map(Some)
    }
}

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessToken").finish_non_exhaustive()
    }
}
