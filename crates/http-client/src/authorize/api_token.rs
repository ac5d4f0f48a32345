//! Personal API tokens, sent as Basic authorization.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use super::{Authorize, AuthorizeError, RequestParts, sensitive};

/// `Authorization: Basic base64(e-mail:token)`. `Debug` shows neither.
///
/// The user is the Atlassian account's e-mail address; a nickname is answered with 401.
#[derive(Clone)]
pub struct ApiToken {
    header: Result<HeaderValue, AuthorizeError>,
}

impl ApiToken {
    /// Keeps the pair. An e-mail address with a colon fails each request with [`AuthorizeError::UnusableCredential`]:
    /// Basic authorization cannot carry it (RFC 7617 §2).
    #[must_use]
    pub fn new(email: &str, token: &SecretString) -> Self {
        if email.contains(':') {
            return Self {
                header: Err(AuthorizeError::UnusableCredential),
            };
        }
        let pair = STANDARD.encode(format!("{email}:{}", token.expose_secret()));
        Self {
            header: sensitive(&format!("Basic {pair}")),
        }
    }
}

#[async_trait]
impl Authorize for ApiToken {
    async fn authorization<'a>(
        &self,
        _request: &RequestParts<'a>,
    ) -> Result<Option<HeaderValue>, AuthorizeError> {
        self.header.clone().map(Some)
    }
}

impl std::fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiToken").finish_non_exhaustive()
    }
}
