//! Atlassian Connect: an app's token traded for an access token.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bitbucket_api_paths::Query;
use bitbucket_jwt_auth::SharedSecret;
use http::HeaderValue;

use super::kept::KeptGrant;
use super::token_endpoint::ask;
use crate::authorize::{Authorize, AuthorizeError, ConnectJwt, RequestParts};
use crate::base_url::BaseUrl;
use crate::call::{Caller, Clock};
use crate::policy::Retry;
use crate::transport::Transport;

/// The grant type of Bitbucket's own JWT grant.
const GRANT_TYPE: &str = "urn:bitbucket:oauth2:jwt";

/// A Connect app that acts as the account it is installed for, with an access token in place of a signed token per
/// request. The token is asked for when it is needed and kept in memory only. `Debug` shows no secret.
///
/// An installation that Bitbucket no longer knows is [`AuthorizeError::ReconnectNeeded`].
pub struct ConnectGrant {
    caller: Caller,
    held: KeptGrant,
}

impl ConnectGrant {
    /// The app `app_key` in the installation `client_key`, which asks `site` (`https://bitbucket.org`, not the API's
    /// host) for tokens.
    #[must_use]
    pub fn new(
        site: BaseUrl,
        transport: Arc<dyn Transport>,
        app_key: String,
        client_key: String,
        shared_secret: SharedSecret,
        clock: Clock,
    ) -> Self {
        let auth = Arc::new(ConnectJwt::new(app_key, client_key, shared_secret));
        Self {
            caller: Caller::new(site, transport, auth, clock, Retry::never()),
            held: KeptGrant::default(),
        }
    }
}

#[async_trait]
impl Authorize for ConnectGrant {
    async fn authorization<'a>(
        &self,
        request: &RequestParts<'a>,
    ) -> Result<Option<HeaderValue>, AuthorizeError> {
        let form = Query::new().param("grant_type", GRANT_TYPE);
        let asking = async {
            match ask(&self.caller, &form).await {
                // What is refused here is the installation, not a consumer.
                Err(AuthorizeError::ConsumerRefused) => Err(AuthorizeError::ReconnectNeeded),
                answer => answer,
            }
        };
        self.held.current(request.now, asking).await.map(Some)
    }

    async fn refused(&self, presented: &HeaderValue) -> bool {
        self.held.refused(presented).await
    }
}

impl fmt::Debug for ConnectGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectGrant")
            .field("site", self.caller.base())
            .finish_non_exhaustive()
    }
}
