//! Deliveries: what a push or another event sends to hooks and Connect apps.

pub(crate) mod client;
pub(crate) mod envelope;
pub(crate) mod moves;
pub(crate) mod payload;
pub(crate) mod push;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One delivery of one event to one receiver, with every attempt to send it.
///
/// All fields are open: take a held delivery, change its body or headers, and hand it to
/// [`Control::deliver`](crate::control::Control::deliver) to see what the receiver makes of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Delivery {
    /// Number within the simulator, from 1.
    pub id: u64,
    /// Event key, e.g. `repo:push`.
    pub event: String,
    /// The hook, with braces; empty for a Connect app.
    pub hook_uuid: String,
    /// Where it goes.
    pub url: String,
    /// Header names and values as they are sent; `X-Attempt-Number` is added on sending.
    pub headers: Vec<(String, String)>,
    /// The raw body.
    pub body: String,
    /// What happened so far.
    pub attempts: Vec<Attempt>,
}

/// One attempt to send a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Value of `X-Attempt-Number`.
    pub number: u32,
    /// The receiver's status.
    pub status: Option<u16>,
    /// Why there is no status.
    pub error: Option<String>,
    /// The receiver's answer, at most 4 KiB of it.
    pub answer: String,
    /// Time until the answer, in milliseconds.
    pub elapsed_ms: u64,
}

/// Headers and body stay out: they hold tokens, and an `installed` call even a secret.
impl fmt::Debug for Delivery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Delivery")
            .field("id", &self.id)
            .field("event", &self.event)
            .field("url", &self.url)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

impl Delivery {
    /// Status of the last attempt; `None` if it was never sent or never answered.
    pub fn status(&self) -> Option<u16> {
        self.attempts.last()?.status
    }

    /// Whether the last attempt was answered with 2xx.
    pub fn is_accepted(&self) -> bool {
        self.status()
            .is_some_and(|status| (200..300).contains(&status))
    }

    /// The value of a header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The same delivery with a header set to another value, or added.
    #[must_use]
    pub fn with_header(self, name: &str, value: impl Into<String>) -> Self {
        let mut changed = self.without_header(name);
        changed.headers.push((name.to_owned(), value.into()));
        changed
    }

    /// The same delivery without a header.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.headers
            .retain(|(own, _)| !own.eq_ignore_ascii_case(name));
        self
    }

    /// The same delivery with another body; its signature stays what it was.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<String>) -> Self {
        self.body = body.into();
        self
    }

    /// The same delivery signed anew with this secret, as its body now is.
    #[must_use]
    pub fn signed_with(self, secret: &str) -> Self {
        let signature = crate::crypto::hub_signature(secret, self.body.as_bytes());
        self.with_header("X-Hub-Signature", signature)
    }

    /// The body as JSON; `null` if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}
