//! OAuth 2.0: consumers, and what they were granted.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An OAuth consumer of a workspace.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuthConsumer {
    /// Name for people and records.
    pub name: String,
    /// Its `client_id`.
    pub key: String,
    /// Its password at the token endpoint.
    pub secret: String,
    /// Where the browser goes with a code; a `redirect_uri` must extend it.
    pub callback_url: String,
    /// OAuth style scopes of whatever it is granted.
    pub scopes: Vec<String>,
    /// Uuid of the account that it acts as by its own credentials.
    pub owner: String,
}

/// A person's consent on its way to the token endpoint.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationCode {
    /// The code itself.
    pub code: String,
    /// Key of the consumer.
    pub consumer: String,
    /// Uuid of the account that agreed.
    pub user: String,
    /// The address that was asked for, if one was.
    pub redirect_uri: Option<String>,
    /// BASE64URL(SHA256(verifier)) of RFC 7636, if the consumer sent one.
    pub code_challenge: Option<String>,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// An access token that was granted, and the refresh token that came with it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuthToken {
    /// Key of the consumer, or client key of the installation.
    pub consumer: String,
    /// Name for records: who it acts as, and through whom.
    pub name: String,
    /// Uuid of the account that it acts as; none for an app.
    pub user: Option<String>,
    /// Presented to the API.
    pub access_token: String,
    /// When the access token stops working.
    pub expires_at: Timestamp,
    /// Brings the next token once; gone when it was used, and for grants that have none.
    pub refresh_token: Option<String>,
    /// When an unused refresh token stops working.
    pub refresh_expires_at: Timestamp,
    /// OAuth style scopes.
    pub scopes: Vec<String>,
    /// Slugs of the workspaces that it reaches.
    pub workspaces: Vec<String>,
}

impl OAuthConsumer {
    /// A consumer that acts as `owner` (an account's uuid) by its own credentials.
    pub fn new(key: &str, secret: &str, callback_url: &str, owner: &str, scopes: &[&str]) -> Self {
        Self {
            name: key.to_owned(),
            key: key.to_owned(),
            secret: secret.to_owned(),
            callback_url: callback_url.to_owned(),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            owner: owner.to_owned(),
        }
    }
}

impl fmt::Debug for OAuthConsumer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OAuthConsumer")
            .field("name", &self.name)
            .field("callback_url", &self.callback_url)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AuthorizationCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AuthorizationCode")
            .field("user", &self.user)
            .field("redirect_uri", &self.redirect_uri)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for OAuthToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OAuthToken")
            .field("name", &self.name)
            .field("expires_at", &self.expires_at)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
