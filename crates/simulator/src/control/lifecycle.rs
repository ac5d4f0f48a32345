//! The Connect handshake: what Bitbucket posts when a workspace installs or removes an app.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    bitbucket::shape,
    crypto::jwt,
    delivery::Delivery,
    state::{Shared, State},
    world::Installation,
};

/// One lifecycle call about an installation of the world.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifecycle {
    /// Client key of the installation.
    pub client_key: String,
    /// `installed` or `uninstalled`.
    pub event: String,
    /// The app's address for this event.
    pub url: String,
    /// The secret whose token the call carries: none at a first installation, then the previous secret.
    #[serde(default)]
    pub sign_with: Option<String>,
}

impl std::fmt::Debug for Lifecycle {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Lifecycle")
            .field("client_key", &self.client_key)
            .field("event", &self.event)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Lifecycle {
    /// An unsigned first `installed`.
    pub fn installed(client_key: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            client_key: client_key.into(),
            event: "installed".to_owned(),
            url: url.into(),
            sign_with: None,
        }
    }

    /// An `uninstalled`, signed with the installation's secret.
    pub fn uninstalled(
        client_key: impl Into<String>,
        url: impl Into<String>,
        secret: impl Into<String>,
    ) -> Self {
        Self {
            event: "uninstalled".to_owned(),
            ..Self::installed(client_key, url).signed_with(secret)
        }
    }

    /// The same call with a token of this secret.
    #[must_use]
    pub fn signed_with(mut self, secret: impl Into<String>) -> Self {
        self.sign_with = Some(secret.into());
        self
    }
}

/// Makes the call as a delivery, without sending it.
pub(super) fn make(shared: &Shared, lifecycle: &Lifecycle) -> Result<Delivery, String> {
    let base = shared.addresses.bitbucket.as_str();
    let state = shared.state();
    let mut all = state.world.bitbucket.installations.iter();
    let app = all.find(|own| own.client_key == lifecycle.client_key);
    let app = app.ok_or_else(|| format!("no installation {}", lifecycle.client_key))?;
    let mut headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    if let Some(secret) = &lifecycle.sign_with {
        let target = lifecycle
            .url
            .parse()
            .map_err(|_| format!("no address: {}", lifecycle.url))?;
        let now = state.world.clock.now().as_second();
        let token = jwt::for_app(
            &app.client_key,
            secret,
            &target,
            app.base_path().as_str(),
            now,
        );
        headers.push(("Authorization".to_owned(), format!("JWT {token}")));
    }
    Ok(Delivery {
        event: lifecycle.event.clone(),
        url: lifecycle.url.clone(),
        headers,
        body: body(base, &state, app, &lifecycle.event).to_string(),
        ..Delivery::default()
    })
}

fn body(base: &str, state: &State, app: &Installation, event: &str) -> Value {
    let world = &state.world.bitbucket;
    let mut homes = world.workspaces.iter();
    let principal = homes.find(|one| one.slug == app.workspace).map(|one| {
        let mut account = shape::workspace(base, one);
        account["type"] = "team".into();
        account["username"] = one.slug.as_str().into();
        account["display_name"] = one.name.as_str().into();
        account
    });
    let mut body = json!({
        "key": app.app_key,
        "clientKey": app.client_key,
        "publicKey": "",
        "baseUrl": "https://bitbucket.org",
        "baseApiUrl": base,
        "productType": "bitbucket",
        "eventType": event,
        "principal": principal,
        "user": world.users.first().map(|user| shape::user(base, user)),
    });
    if event == "installed" {
        body["sharedSecret"] = app.shared_secret.as_str().into();
    }
    body
}
