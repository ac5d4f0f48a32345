//! Reading the body of a refusal: Bitbucket's JSON error in its several forms, or a bounded excerpt of anything else.

use std::collections::BTreeMap;

use serde_json::Value;

/// The longest excerpt or message kept, in bytes.
pub(crate) const MAX_EXCERPT: usize = 512;

/// Bitbucket's own words about a refused request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PeerMessage {
    /// `error.message`; possibly localised, so for people only.
    pub message: String,
    /// `error.detail`: a text, or an object written as JSON.
    pub detail: Option<String>,
    /// `error.fields`: what is wrong with which field of the body.
    pub fields: BTreeMap<String, Vec<String>>,
    /// `error.data.announcement_url`, present when a part of the API was removed.
    pub announcement_url: Option<String>,
}

/// A part of the API that Bitbucket has removed for good.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("removed by Bitbucket's {change}")]
pub struct Removal {
    /// The change's name, for example `CHANGE-3071`.
    pub change: String,
    /// Where Bitbucket announced it.
    pub announcement_url: Option<String>,
}

impl PeerMessage {
    /// The removal that this message announces: its text begins with `CHANGE-` and digits.
    pub(crate) fn removal(&self) -> Option<Removal> {
        let rest = self.message.strip_prefix("CHANGE-")?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        if digits.is_empty() {
            return None;
        }
        Some(Removal {
            change: format!("CHANGE-{digits}"),
            announcement_url: self.announcement_url.clone(),
        })
    }
}

/// Reads Bitbucket's JSON error; `None` when the body is something else.
pub(crate) fn parse_peer_message(body: &[u8]) -> Option<PeerMessage> {
    let value: Value = serde_json::from_slice(body).ok()?;
    match value.get("error")? {
        // The OAuth endpoints answer `{"error": "invalid_grant", "error_description": …}`.
        Value::String(flat) => Some(PeerMessage {
            message: bounded(flat),
            detail: text(value.get("error_description")),
            ..PeerMessage::default()
        }),
        error => Some(PeerMessage {
            message: text(error.get("message")).unwrap_or_default(),
            detail: text(error.get("detail")),
            fields: fields(error.get("fields")),
            announcement_url: announcement(error).or_else(|| announcement(&value)),
        }),
    }
}

/// The first part of a body as text, for a person; `None` when it is empty.
pub(crate) fn excerpt(body: &[u8]) -> Option<String> {
    let head = &body[..body.len().min(MAX_EXCERPT)];
    let text = String::from_utf8_lossy(head);
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let trimmed = bounded(clean.trim());
    (!trimmed.is_empty()).then_some(trimmed)
}

fn announcement(holder: &Value) -> Option<String> {
    text(holder.get("data")?.get("announcement_url"))
}

fn fields(value: Option<&Value>) -> BTreeMap<String, Vec<String>> {
    match value {
        Some(Value::Object(map)) => map
            .iter()
            .map(|(name, value)| (bounded(name), texts(value)))
            .take(32)
            .collect(),
        Some(list @ Value::Array(_)) => BTreeMap::from([(String::new(), texts(list))]),
        Some(_) | None => BTreeMap::new(),
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items
            .iter()
            .filter_map(|item| text(Some(item)))
            .take(32)
            .collect(),
        other => text(Some(other)).into_iter().collect(),
    }
}

fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Null => None,
        Value::String(text) => Some(bounded(text)),
        other => Some(bounded(&other.to_string())),
    }
}

fn bounded(text: &str) -> String {
    let mut end = text.len().min(MAX_EXCERPT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}
