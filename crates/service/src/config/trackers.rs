//! `[trackers.NAME]`: the error trackers that issues live in.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;

use super::value::{self, HttpUrl};

/// `[trackers.NAME]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrackerConfig {
    /// What it is.
    #[serde(default)]
    pub kind: TrackerKind,
    /// Its address.
    #[serde(default = "TrackerConfig::default_url")]
    pub url: HttpUrl,
    /// The organization's slug there; must be given.
    #[serde(default)]
    pub organization: String,
    /// How long it may take to answer one request.
    #[serde(
        default = "TrackerConfig::default_timeout",
        deserialize_with = "value::duration"
    )]
    pub timeout: Duration,
    /// The file with its token.
    #[serde(default)]
    pub token_file: Option<PathBuf>,
    /// The token itself, from the environment.
    #[serde(skip)]
    pub token: Option<SecretString>,
}

impl TrackerConfig {
    /// Sentry at `https://sentry.io`, still without a token.
    #[must_use]
    pub fn new(organization: &str) -> Self {
        Self {
            kind: TrackerKind::Sentry,
            url: Self::default_url(),
            organization: organization.to_owned(),
            timeout: Self::default_timeout(),
            token_file: None,
            token: None,
        }
    }

    fn default_url() -> HttpUrl {
        HttpUrl::known("https://sentry.io")
    }

    const fn default_timeout() -> Duration {
        Duration::from_secs(30)
    }
}

/// What a tracker is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrackerKind {
    /// Sentry, hosted or self-hosted.
    #[default]
    Sentry,
}

impl TrackerKind {
    /// The word that the configuration uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sentry => "sentry",
        }
    }
}
