//! The descriptor: what Bitbucket reads before it offers the app to a workspace.

use serde::Serialize;

use super::ConnectApp;
use crate::provider::{BitbucketProvider, IntegrationProvider as _};

/// Where the descriptor is served. Installations remember these addresses, so that they never change.
pub const DESCRIPTOR_PATH: &str = "/extensions/bitbucket/descriptor/";
/// What Bitbucket calls when a workspace installs the app.
pub const INSTALLED_PATH: &str = "/extensions/bitbucket/installed/";
/// What Bitbucket calls when a workspace removes the app.
pub const UNINSTALLED_PATH: &str = "/extensions/bitbucket/uninstalled/";
/// Where Bitbucket sends the browser of whoever installed the app.
pub const SETUP_PATH: &str = "/extensions/bitbucket/setup/";

/// An app descriptor as Bitbucket Cloud reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    key: String,
    name: String,
    description: String,
    vendor: Vendor,
    base_url: String,
    authentication: Authentication,
    lifecycle: LifecycleUrls,
    scopes: Vec<&'static str>,
    contexts: [&'static str; 1],
    modules: Modules,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Vendor {
    name: String,
    url: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Authentication {
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct LifecycleUrls {
    installed: &'static str,
    uninstalled: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Modules {
    post_install_redirect: PostInstallRedirect,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct PostInstallRedirect {
    url: &'static str,
    key: &'static str,
}

impl ConnectApp {
    /// The app's descriptor. Hooks are registered repository by repository, so that none stands here.
    #[must_use]
    pub fn descriptor(&self) -> Descriptor {
        Descriptor {
            key: self.key.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            vendor: Vendor {
                name: self.vendor.0.clone(),
                url: self.vendor.1.clone(),
            },
            base_url: self.base_url.clone(),
            authentication: Authentication { kind: "JWT" },
            lifecycle: LifecycleUrls {
                installed: INSTALLED_PATH,
                uninstalled: UNINSTALLED_PATH,
            },
            scopes: BitbucketProvider.scopes().to_vec(),
            contexts: ["account"],
            modules: Modules {
                post_install_redirect: PostInstallRedirect {
                    url: SETUP_PATH,
                    key: "redirect",
                },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_descriptor_has_every_field_and_no_other() {
        let app = ConnectApp::new("https://hooks.example.com", None)
            .unwrap()
            .described("Rocket for Bitbucket", "Finds what broke")
            .by("Acme", "https://acme.example/");
        let expected = json!({
            "key": "hooks.example.com.bitbucket",
            "name": "Rocket for Bitbucket",
            "description": "Finds what broke",
            "vendor": {"name": "Acme", "url": "https://acme.example/"},
            "baseUrl": "https://hooks.example.com",
            "authentication": {"type": "JWT"},
            "lifecycle": {"installed": "/extensions/bitbucket/installed/", "uninstalled": "/extensions/bitbucket/uninstalled/"},
            "scopes": ["issue:write", "pullrequest", "webhook", "repository"],
            "contexts": ["account"],
            "modules": {"postInstallRedirect": {"url": "/extensions/bitbucket/setup/", "key": "redirect"}}
        });
        assert_eq!(serde_json::to_value(app.descriptor()).unwrap(), expected);
    }
}
