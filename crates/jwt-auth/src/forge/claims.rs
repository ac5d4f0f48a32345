//! What an invocation token says.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::object;
use crate::UnixTime;

/// An invocation whose token was verified. Only verification makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct VerifiedInvocation {
    pub(super) said: Said,
    pub(super) issued_at: UnixTime,
    pub(super) expires_at: UnixTime,
}

/// Forge's own claims. All but the app's id may be missing; claims this crate doesn't know are left out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Said {
    #[serde(deserialize_with = "object::required")]
    app: InvocationApp,
    #[serde(default)]
    context: InvocationContext,
    #[serde(default)]
    principal: Option<String>,
    #[serde(default)]
    jti: Option<String>,
}

/// The claim `app`: the app as it is installed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InvocationApp {
    /// The app's id, an ARI: `ari:cloud:ecosystem::app/…`.
    pub id: String,
    /// The app's version.
    #[serde(default)]
    pub version: Option<String>,
    /// The installation's id.
    #[serde(default)]
    pub installation_id: Option<String>,
    /// Where this installation's calls to Atlassian go to.
    #[serde(default)]
    pub api_base_url: Option<String>,
    /// The environment the app is deployed to.
    #[serde(default, deserialize_with = "object::optional")]
    pub environment: Option<Environment>,
    /// The module of the app that is invoked.
    #[serde(default, deserialize_with = "object::optional")]
    pub module: Option<Module>,
}

/// An environment of a Forge app.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Environment {
    /// `PRODUCTION`, `STAGING` or `DEVELOPMENT`.
    #[serde(rename = "type", default)]
    pub kind: Option<String>,
    /// Its id, an ARI.
    #[serde(default)]
    pub id: Option<String>,
}

/// A module of a Forge app.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Module {
    /// What it is, as in the manifest.
    #[serde(rename = "type", default)]
    pub kind: Option<String>,
    /// Its key in the manifest.
    #[serde(default)]
    pub key: Option<String>,
}

/// The claim `context`: where the app was invoked. What there is depends on product and module; Atlassian doesn't write it down for Bitbucket.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InvocationContext {
    /// The site's id, for products that have sites.
    #[serde(default)]
    pub cloud_id: Option<String>,
    /// The site's address, for products that have sites.
    #[serde(default)]
    pub site_url: Option<String>,
    /// The workspace's UUID.
    #[serde(default)]
    pub workspace_id: Option<String>,
    /// Everything else, as it came.
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

impl VerifiedInvocation {
    /// The app as it is installed.
    #[must_use]
    pub const fn app(&self) -> &InvocationApp {
        &self.said.app
    }

    /// Where the app was invoked.
    #[must_use]
    pub const fn context(&self) -> &InvocationContext {
        &self.said.context
    }

    /// The claim `principal`: who invoked the app, if it was a person.
    #[must_use]
    pub fn principal(&self) -> Option<&str> {
        self.said.principal.as_deref()
    }

    /// The claim `jti`, which tells tokens apart.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.said.jti.as_deref()
    }

    /// The claim `iat`.
    #[must_use]
    pub const fn issued_at(&self) -> UnixTime {
        self.issued_at
    }

    /// The claim `exp`, without any leeway.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.expires_at
    }
}
