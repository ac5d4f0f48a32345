//! The OAuth consumer: asks the token endpoint for grants.

use std::fmt;
use std::sync::Arc;

use bitbucket_api_paths::{Query, site};
use http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::OAuthGrant;
use crate::authorize::{ApiToken, AuthorizeError};
use crate::base_url::BaseUrl;
use crate::call::{Call, Caller, Clock};
use crate::error::parse_peer_message;
use crate::policy::Retry;
use crate::transport::Transport;

/// How long an access token works when the answer does not say, in seconds.
const DEFAULT_LIFETIME: u64 = 3_600;

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
        self.ask(&form).await
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
        self.ask(
            &Query::new()
                .param("grant_type", "refresh_token")
                .param("refresh_token", token),
        )
        .await
    }

    /// A grant to act as the consumer's owner.
    ///
    /// # Errors
    ///
    /// [`AuthorizeError::ConsumerRefused`] for a wrong key or secret, and the others by their meaning.
    pub async fn client_credentials(&self) -> Result<OAuthGrant, AuthorizeError> {
        self.ask(&Query::new().param("grant_type", "client_credentials"))
            .await
    }

    async fn ask(&self, form: &Query) -> Result<OAuthGrant, AuthorizeError> {
        let endpoint = site::access_token();
        let call = Call::new(
            endpoint.method().as_str(),
            "/site/oauth2/access_token",
            endpoint.path_and_query(),
        )
        .form(form.as_str().to_owned().into());
        let answer = self
            .caller
            .call(&call)
            .await
            .outcome
            .map_err(|_| AuthorizeError::Unavailable)?;
        if !answer.status().is_success() {
            return Err(refusal(answer.status(), answer.body()));
        }
        let wire: WireGrant =
            serde_json::from_slice(answer.body()).map_err(|_| AuthorizeError::Unavailable)?;
        Ok(wire.into_grant(self.caller.now()))
    }
}

/// `invalid_grant` and its kin (RFC 6749 §5.2).
fn refusal(status: StatusCode, body: &[u8]) -> AuthorizeError {
    let error = parse_peer_message(body)
        .map(|peer| peer.message)
        .unwrap_or_default();
    match error.as_str() {
        "invalid_grant" => AuthorizeError::ReconnectNeeded,
        "invalid_client" | "unauthorized_client" => AuthorizeError::ConsumerRefused,
        _ if status == StatusCode::UNAUTHORIZED => AuthorizeError::ConsumerRefused,
        _ => AuthorizeError::Unavailable,
    }
}

#[derive(Deserialize)]
struct WireGrant {
    access_token: SecretString,
    #[serde(default)]
    expires_in: Option<u64>,
    #[serde(default)]
    refresh_token: Option<SecretString>,
}

impl WireGrant {
    fn into_grant(self, now: jiff::Timestamp) -> OAuthGrant {
        let seconds =
            i64::try_from(self.expires_in.unwrap_or(DEFAULT_LIFETIME)).unwrap_or(i64::MAX);
        let expires_at = now
            .checked_add(jiff::SignedDuration::from_secs(seconds))
            .unwrap_or(jiff::Timestamp::MAX);
        OAuthGrant {
            access_token: self.access_token,
            expires_at,
            refresh_token: self.refresh_token,
        }
    }
}

impl fmt::Debug for OAuthConsumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthConsumer")
            .field("site", self.caller.base())
            .finish_non_exhaustive()
    }
}
