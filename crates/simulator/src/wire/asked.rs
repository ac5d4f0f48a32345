//! One request, read whole.

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

use super::text;

/// A request as it came: the path and query still encoded, the body complete.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Asked {
    pub(crate) fn new(parts: &http::request::Parts, body: Bytes) -> Self {
        Self {
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            headers: parts.headers.clone(),
            body,
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Every pair of the query, decoded.
    pub(crate) fn query_pairs(&self) -> Vec<(String, String)> {
        text::pairs(self.query.as_deref().unwrap_or_default())
    }

    /// The first value of a query parameter.
    pub(crate) fn query_value(&self, name: &str) -> Option<String> {
        let pairs = self.query_pairs();
        pairs
            .into_iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value)
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The pairs of a form body.
    pub(crate) fn form(&self) -> Vec<(String, String)> {
        text::pairs(&String::from_utf8_lossy(&self.body))
    }
}
