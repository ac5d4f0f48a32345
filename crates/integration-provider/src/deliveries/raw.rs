//! A delivery as it came over the wire: nothing of it is believed yet.

use std::fmt;

use bytes::Bytes;

use crate::ids::RepositoryId;

/// The address that was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Road {
    /// The address of one repository's hook; the body is signed with the hook's secret.
    Hook(RepositoryId),
    /// The address of the Connect module; the call carries a token of the installation.
    Connect,
}

/// A delivery that was not verified.
#[derive(Debug, Clone)]
pub struct RawDelivery {
    /// The request's method.
    pub method: String,
    /// The request's path as sent, percent-encoded.
    pub path: String,
    /// The request's query as sent, without `?`.
    pub query: Option<String>,
    /// The headers that matter.
    pub headers: DeliveryHeaders,
    /// The body exactly as sent; the signature covers these bytes.
    pub body: Bytes,
}

/// The headers of a delivery (support.atlassian.com, "Event payloads"). `Debug` hides those that prove something.
#[derive(Clone, Default)]
pub struct DeliveryHeaders {
    /// `X-Event-Key`.
    pub event_key: Option<String>,
    /// `X-Request-UUID`.
    pub request_uuid: Option<String>,
    /// `X-Hook-UUID`.
    pub hook_uuid: Option<String>,
    /// `X-Attempt-Number`.
    pub attempt: Option<String>,
    /// `X-Hub-Signature`.
    pub signature: Option<String>,
    /// `Authorization`.
    pub authorization: Option<String>,
}

impl fmt::Debug for DeliveryHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeliveryHeaders")
            .field("event_key", &self.event_key)
            .field("request_uuid", &self.request_uuid)
            .field("hook_uuid", &self.hook_uuid)
            .field("attempt", &self.attempt)
            .field("signature", &self.signature.as_ref().map(|_| "…"))
            .field("authorization", &self.authorization.as_ref().map(|_| "…"))
            .finish()
    }
}

/// Longest request UUID that is used as a dedupe key; a longer one is no UUID of Bitbucket's.
const MAX_DEDUPE_KEY: usize = 128;

/// Longest event key (Bitbucket's own limit is 64).
const MAX_EVENT_KEY: usize = 64;

impl DeliveryHeaders {
    /// What makes this delivery the same one when it comes again; `None` when the sender gave nothing.
    pub(super) fn dedupe_key(&self) -> Option<String> {
        let uuid = self.request_uuid.as_deref().map(str::trim)?;
        (1..=MAX_DEDUPE_KEY)
            .contains(&uuid.len())
            .then(|| uuid.to_owned())
    }

    /// `X-Attempt-Number`, 1 when it is absent or no number.
    pub(super) fn attempt(&self) -> u32 {
        self.attempt
            .as_deref()
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(1)
    }

    /// `X-Event-Key` when it looks like one: `family:event`.
    pub(super) fn event_key(&self) -> Option<&str> {
        self.event_key
            .as_deref()
            .map(str::trim)
            .filter(|key| is_event_key(key))
    }
}

/// Whether a word looks like an event key: lower-case letters, `_` and one or more `:` between them.
pub(super) fn is_event_key(key: &str) -> bool {
    (3..=MAX_EVENT_KEY).contains(&key.len())
        && key.contains(':')
        && key
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte == b':')
}
