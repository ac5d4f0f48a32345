//! Asking the token endpoint.

use bitbucket_api_paths::{Query, site};
use http::StatusCode;
use secrecy::SecretString;
use serde::Deserialize;

use super::OAuthGrant;
use crate::authorize::AuthorizeError;
use crate::call::{Call, Caller};
use crate::error::parse_peer_message;

/// How long an access token works when the answer does not say, in seconds.
const DEFAULT_LIFETIME: u64 = 3_600;

/// Asks for a grant by `form`.
pub(super) async fn ask(caller: &Caller, form: &Query) -> Result<OAuthGrant, AuthorizeError> {
    let endpoint = site::access_token();
    let call = Call::new(
        endpoint.method().as_str(),
        "/site/oauth2/access_token",
        endpoint.path_and_query(),
    )
    .form(form.as_str().to_owned().into());
    let answer = caller
        .call(&call)
        .await
        .outcome
        .map_err(|_| AuthorizeError::Unavailable)?;
    if !answer.status().is_success() {
        return Err(refusal(answer.status(), answer.body()));
    }
    let wire: WireGrant =
        serde_json::from_slice(answer.body()).map_err(|_| AuthorizeError::Unavailable)?;
    Ok(wire.into_grant(caller.now()))
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
