//! The credentials that a configuration or a store can hold.

use std::sync::Arc;

use secrecy::SecretString;

use super::{AccessToken, ApiToken, Authorize};

/// One way in, as data. `Debug` shows the kind and no secret.
#[derive(Clone)]
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
}

impl Credential {
    /// The [`Authorize`] that presents this credential.
    #[must_use]
    pub fn into_authorize(self) -> Arc<dyn Authorize> {
        match self {
            Self::AccessToken(token) => Arc::new(AccessToken::new(&token)),
            Self::ApiToken { email, token } => Arc::new(ApiToken::new(&email, &token)),
        }
    }

    /// The kind's stable name, safe as a metric label.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::AccessToken(_) => "access_token",
            Self::ApiToken { .. } => "api_token",
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
