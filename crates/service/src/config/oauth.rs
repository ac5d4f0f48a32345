//! `[oauth]`: the consumer through which a person connects a workspace.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::Deserialize;

/// `[oauth]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OAuthConfig {
    /// The consumer's key; without it nobody is asked for consent.
    pub consumer_key: Option<String>,
    /// The file with the consumer's secret.
    pub consumer_secret_file: Option<PathBuf>,
    /// The secret itself, from the environment.
    #[serde(skip)]
    pub consumer_secret: Option<SecretString>,
}
