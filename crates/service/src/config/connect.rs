//! `[connect]` and `[sync]`: the Connect app, and how repositories are kept in step.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;

use super::value;

/// `[connect]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConnectConfig {
    /// Whether there is an app, and whose first installs it believes.
    pub installs: Installs,
    /// For how long after the start unsigned first installs are believed, with `installs = "open"`.
    #[serde(deserialize_with = "value::duration")]
    pub open_for: Duration,
    /// The app's key; without it `<host of public_url>.bitbucket`.
    pub key: Option<String>,
    /// What people read of the app at Bitbucket.
    pub name: String,
    /// What it does.
    pub description: String,
    /// Who offers it.
    pub vendor_name: String,
    /// The offerer's address; without it the address of the service.
    pub vendor_url: Option<String>,
    /// The file with the secret that Atlassian shows for a registered app.
    pub app_secret_file: Option<PathBuf>,
    /// The secret itself, from the environment.
    #[serde(skip)]
    pub app_secret: Option<SecretString>,
}

impl Default for ConnectConfig {
    fn default() -> Self {
        Self {
            installs: Installs::Off,
            open_for: Duration::from_secs(600),
            key: None,
            name: "Bitbucket integration".to_owned(),
            description: "Connects an error tracker to Bitbucket".to_owned(),
            vendor_name: "bitbucket-integration".to_owned(),
            vendor_url: None,
            app_secret_file: None,
            app_secret: None,
        }
    }
}

/// Whose first installs are believed. Later calls are believed when they are signed with the secret known until then, in every mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Installs {
    /// There is no app.
    #[default]
    Off,
    /// Nobody's: only workspaces that are known already are served.
    Closed,
    /// Those that are signed with the app's secret.
    Signed,
    /// Also unsigned ones, for a while after the start.
    Open,
}

/// `[sync]`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SyncConfig {
    /// How often the repositories of a workspace are compared with Bitbucket's, and their hooks checked.
    #[serde(deserialize_with = "value::duration")]
    pub interval: Duration,
    /// How often a hook gets a new secret.
    #[serde(deserialize_with = "value::duration")]
    pub rotate_secrets_every: Duration,
}

impl Default for SyncConfig {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(3600),
            rotate_secrets_every: Duration::from_secs(30 * 24 * 3600),
        }
    }
}
