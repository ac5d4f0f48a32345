//! Webhook subscriptions.

use std::fmt;

use bitbucket_api_paths::{HookUuid, ParseError};
use secrecy::SecretString;
use serde::Deserialize;

use super::{Fields, lenient};

/// A webhook subscription as Bitbucket keeps it. Its secret is never read back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WireHook")]
#[non_exhaustive]
pub struct Hook {
    /// Its id.
    pub uuid: HookUuid,
    /// Where deliveries go.
    pub url: String,
    /// Whether deliveries are made.
    pub active: bool,
    /// The event keys, for example `repo:push`.
    pub events: Vec<String>,
    /// What people see in the settings.
    pub description: String,
    /// Whether deliveries are signed; `None` when Bitbucket did not say.
    pub secret_set: Option<bool>,
}

impl Hook {
    /// An active hook, for tests and adapters.
    #[must_use]
    pub fn new(uuid: HookUuid, url: String, events: Vec<String>) -> Self {
        Self {
            uuid,
            url,
            active: true,
            events,
            description: String::new(),
            secret_set: None,
        }
    }
}

/// A webhook subscription to create. `Debug` leaves the secret out.
#[derive(Clone)]
pub struct NewHook {
    /// What people see in the settings.
    pub description: String,
    /// Where deliveries go: a public `https` address.
    pub url: String,
    /// Whether deliveries are made.
    pub active: bool,
    /// The event keys: at least one; repeated ones are sent once.
    pub events: Vec<String>,
    /// Signs the deliveries; 1 to 128 characters.
    pub secret: SecretString,
}

impl fmt::Debug for NewHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewHook")
            .field("description", &self.description)
            .field("url", &self.url)
            .field("active", &self.active)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

/// The new state of a webhook subscription. `Debug` leaves the secret out.
#[derive(Clone)]
pub struct HookUpdate {
    /// What people see in the settings.
    pub description: String,
    /// Where deliveries go: a public `https` address.
    pub url: String,
    /// Whether deliveries are made.
    pub active: bool,
    /// The event keys: at least one; repeated ones are sent once.
    pub events: Vec<String>,
    /// A new secret of 1 to 128 characters; `None` keeps the one that is there.
    pub secret: Option<SecretString>,
}

impl fmt::Debug for HookUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HookUpdate")
            .field("description", &self.description)
            .field("url", &self.url)
            .field("active", &self.active)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

impl Fields for Hook {
    const FIELDS: &'static [&'static str] = &[
        "uuid",
        "url",
        "active",
        "events",
        "description",
        "secret_set",
    ];
}

#[derive(Deserialize)]
struct WireHook {
    uuid: String,
    url: String,
    #[serde(default, deserialize_with = "lenient")]
    active: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    events: Option<Vec<String>>,
    #[serde(default, deserialize_with = "lenient")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    secret_set: Option<bool>,
}

impl TryFrom<WireHook> for Hook {
    type Error = ParseError;

    fn try_from(wire: WireHook) -> Result<Self, Self::Error> {
        Ok(Self {
            uuid: HookUuid::parse(&wire.uuid)?,
            url: wire.url,
            active: wire.active.unwrap_or(true),
            events: wire.events.unwrap_or_default(),
            description: wire.description.unwrap_or_default(),
            secret_set: wire.secret_set,
        })
    }
}
