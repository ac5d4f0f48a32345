//! The credentials that a configuration or a store can hold.

use std::sync::Arc;

use bitbucket_jwt_auth::SharedSecret;
use secrecy::SecretString;

use super::{AccessToken, ApiToken, Authorize, ConnectJwt};

/// One way in, as data. `Debug` shows the kind and no secret.
#[derive(Clone)]
#[expect(
    clippy::large_enum_variant,
    reason = "one is made for each client, and none is kept in bulk"
)]
pub enum Credential {
    /// A repository, project or workspace access token, or an OAuth access token.
    AccessToken(SecretString),
    /// A personal API token with its owner's e-mail address.
    ApiToken {
        /// The Atlassian account's e-mail address.
        email: String,
        /// The token.
        token: SecretString,
    },
    /// An installation of an Atlassian Connect app.
    Connect {
        /// The app's key from its descriptor.
        app_key: String,
        /// The installation's client key.
        client_key: String,
        /// The secret that both sides share.
        shared_secret: SharedSecret,
    },
}

impl Credential {
    /// The [`Authorize`] that presents this credential.
    #[must_use]
    pub fn into_authorize(self) -> Arc<dyn Authorize> {
        match self {
            Self::AccessToken(token) => Arc::new(AccessToken::new(&token)),
            Self::ApiToken { email, token } => Arc::new(ApiToken::new(&email, &token)),
            Self::Connect {
                app_key,
                client_key,
                shared_secret,
            } => Arc::new(ConnectJwt::new(app_key, client_key, shared_secret)),
        }
    }

    /// The kind's stable name, safe as a metric label.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::AccessToken(_) => "access_token",
            Self::ApiToken { .. } => "api_token",
            Self::Connect { .. } => "connect",
        }
    }
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credential")
            .field("kind", &self.kind())
            .finish_non_exhaustive()
    }
}
