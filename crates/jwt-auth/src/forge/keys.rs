//! The keys Atlassian publishes.

use std::collections::HashMap;
use std::fmt;

use async_trait::async_trait;
use jsonwebtoken::DecodingKey;
use serde::Deserialize;

use super::object::Object;
use crate::UnixTime;

/// Longest key set that is read, in bytes. Atlassian's has a few thousand.
pub const MAX_KEY_SET_BYTES: usize = 64 * 1024;

/// A public RSA key, to verify RS256 with. Only keys of 2048 to 8192 bits verify anything.
#[derive(Clone)]
pub struct PublicKey(pub(super) DecodingKey);

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicKey(RSA)")
    }
}

/// Finds the key of a `kid`.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait KeySet: Send + Sync {
    /// The key called `kid`, or `None` when no such key is published.
    ///
    /// `kid` comes from a token nobody has verified yet: use it as a look-up key and never as part of an address.
    ///
    /// # Errors
    /// When it could not be found out.
    async fn key(&self, kid: &str, now: UnixTime) -> Result<Option<PublicKey>, KeySetError>;
}

/// Fetches the key set; the one thing this crate needs from a network.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait FetchKeys: Send + Sync {
    /// The document at [`KEY_SET_URL`](super::KEY_SET_URL), at most [`MAX_KEY_SET_BYTES`] of it.
    ///
    /// # Errors
    /// [`KeySetError::Unavailable`] when there is no answer, or no good one.
    async fn fetch(&self) -> Result<Vec<u8>, KeySetError>;
}

/// Why there are no keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum KeySetError {
    /// They could not be fetched; later they may.
    #[error("the key set is not available")]
    Unavailable,
    /// What was fetched is not a key set.
    #[error("the key set cannot be read")]
    Unreadable,
}

impl KeySetError {
    /// A stable name for metrics and logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unavailable => "keys_unavailable",
            Self::Unreadable => "keys_unreadable",
        }
    }
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Object<Entry>>,
}

/// A key as published ([RFC 7517 §4](https://www.rfc-editor.org/rfc/rfc7517#section-4)); what isn't an RSA key for signatures is skipped.
#[derive(Deserialize)]
struct Entry {
    kty: Option<String>,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

/// Reads a JWK Set ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)): the keys for RS256 in it, by `kid`. Others are left out.
///
/// # Errors
/// [`KeySetError::Unreadable`] when it is none, or too long.
pub fn parse_key_set(document: &[u8]) -> Result<HashMap<String, PublicKey>, KeySetError> {
    if document.len() > MAX_KEY_SET_BYTES {
        return Err(KeySetError::Unreadable);
    }
    let Object(Document { keys }) =
        serde_json::from_slice(document).map_err(|_| KeySetError::Unreadable)?;
    let keys = keys.into_iter();
    Ok(keys.filter_map(|Object(entry)| entry.into_key()).collect())
}

impl Entry {
    fn into_key(self) -> Option<(String, PublicKey)> {
        let for_signatures = self.purpose.is_none_or(|purpose| purpose == "sig");
        let for_rs256 = self.alg.is_none_or(|alg| alg == "RS256");
        if self.kty.as_deref() != Some("RSA") || !for_signatures || !for_rs256 {
            return None;
        }
        let key = DecodingKey::from_rsa_components(&self.n?, &self.e?).ok()?;
        Some((self.kid?, PublicKey(key)))
    }
}
