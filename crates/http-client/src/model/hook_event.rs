//! The events that webhooks may subscribe to.

use serde::Deserialize;

use super::lenient;

/// An event that a webhook may subscribe to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[non_exhaustive]
pub struct HookEvent {
    /// Its key, for example `repo:push`.
    pub event: String,
    /// What kind of thing it is about, for people.
    #[serde(default, deserialize_with = "lenient")]
    pub category: Option<String>,
    /// Its name, for people.
    #[serde(default, deserialize_with = "lenient")]
    pub label: Option<String>,
    /// What happened then, for people.
    #[serde(default, deserialize_with = "lenient")]
    pub description: Option<String>,
}
