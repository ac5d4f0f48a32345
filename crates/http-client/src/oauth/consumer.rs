//! The OAuth consumer: asks the token endpoint for grants.

use std::fmt;
use std::sync::Arc;

use bitbucket_api_paths::Query;
use secrecy::{ExposeSecret, SecretString};

use super::OAuthGrant;
use super::token_endpoint::ask;
use crate::authorize::{ApiToken, AuthorizeError};
use crate::base_url::BaseUrl;
use crate::call::{Caller, Clock};
use crate::policy::Retry;
use crate::transport::Transport;

/// A consumer of one workspace's OAuth 2.0 settings, with its key and secret. `Debug` shows neither.
#[derive(Clone)]
pub struct OAuthConsumer {
    caller: Caller,
}

impl OAuthConsumer {
    /// A consumer that asks `site` (`https://bitbucket.org`, not the API's host) for tokens.
    ///
    /// A request is never repeated by itself: a refresh token works once.
    #[must_use]
    pub fn new(
        site: BaseUrl,
        transport: Arc<dyn Transport>,
        key: &str,
        secret: &SecretString,
        clock: Clock,
    ) -> Self {
        let auth = Arc::new(ApiToken::new(key, secret));
        Self {
            caller: Caller::new(site, transport, auth, clock, Retry::never()),
        }
    }

    /// Turns the code, which came back with a person's consent, into a grant. Save it before anything else.
    ///
    /// # Errors
    ///
    /// [`AuthorizeError::ReconnectNeeded`] for a code that was used or is too old, and the others by their meaning.
    pub async fn exchange_code(&self, code: &SecretString) -> Result<OAuthGrant, AuthorizeError> {
        let form = Query::new()
            .param("grant_type", "authorization_code")
            .param("code", code.expose_secret());
        ask(&self.caller, &form).await
    }

    /// The same, with the verifier of the challenge that the consent was asked for with (PKCE, RFC 7636 §4.5).
    ///
    /// # Errors
    ///
    /// Those of [`Self::exchange_code`].
    pub async fn exchange_proven_code(
        &self,
        code: &SecretString,
        verifier: &SecretString,
    ) -> Result<OAuthGrant, AuthorizeError> {
        let form = Query::new()
            .param("grant_type", "authorization_code")
            .param("code", code.expose_secret())
            .param("code_verifier", verifier.expose_secret());
        ask(&self.caller, &form).await
    }

    /// Turns a refresh token into the next grant. Save it before anything else.
    ///
    /// # Errors
    ///
    /// [`AuthorizeError::ReconnectNeeded`] for a token that was used or revoked, and the others by their meaning.
    pub async fn refresh(
        &self,
        refresh_token: &SecretString,
    ) -> Result<OAuthGrant, AuthorizeError> {
        let token = refresh_token.expose_secret();
        let form = Query::new()
            .param("grant_type", "refresh_token")
            .param("refresh_token", token);
        ask(&self.caller, &form).await
    }

    /// A grant to act as the consumer's owner.
    ///
    /// # Errors
    ///
    /// [`AuthorizeError::ConsumerRefused`] for a wrong key or secret, and the others by their meaning.
    pub async fn client_credentials(&self) -> Result<OAuthGrant, AuthorizeError> {
        let form = Query::new().param("grant_type", "client_credentials");
        ask(&self.caller, &form).await
    }
}

impl fmt::Debug for OAuthConsumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthConsumer")
            .field("site", self.caller.base())
            .finish_non_exhaustive()
    }
}
