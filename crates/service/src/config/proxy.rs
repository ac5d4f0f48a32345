//! `[proxy]`: the way out, where there is one alone.

use bitbucket_http_client::{ProxySettings, TransportConfigError};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use std::path::PathBuf;

/// `[proxy]`: it stands before Bitbucket and the trackers alike; without it they are reached directly.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProxyConfig {
    /// The file with the address of an HTTP proxy, `http://host:port`. It may hold a user and a password.
    pub url_file: Option<PathBuf>,
    /// The same address, from the environment.
    #[serde(skip)]
    pub url: Option<SecretString>,
    /// The hosts that are reached directly all the same, with commas between them.
    pub except: String,
}

impl ProxyConfig {
    /// The proxy, when there is to be one.
    ///
    /// # Errors
    /// [`TransportConfigError::Proxy`] when its address is none of an HTTP proxy.
    pub fn settings(&self) -> Result<Option<ProxySettings>, TransportConfigError> {
        let url = self.url.as_ref();
        let settings = url.map(|url| ProxySettings::everywhere(url.expose_secret(), &self.except));
        settings.transpose()
    }
}
