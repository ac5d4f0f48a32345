//! Keys of the service's own API. The keys themselves are never stored: only what recognises them.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::ids::ApiKeyId;

/// What a key may do; each scope includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiScope {
    /// Look at everything but keys.
    Read,
    /// Also publish releases and replay jobs: what a pipeline needs.
    Write,
    /// Also connect workspaces, follow repositories, and manage keys.
    Admin,
}

impl ApiScope {
    /// The word that is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }
}

/// What is remembered of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyRecord {
    /// Our identifier.
    pub id: ApiKeyId,
    /// What a person calls it.
    pub name: String,
    /// What it may do.
    pub scope: ApiScope,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Option<Timestamp>,
    /// When somebody revoked it.
    pub revoked_at: Option<Timestamp>,
}

/// The SHA-256 digest of a key. A key has 256 random bits, so its digest can't be searched for the way a password's can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ApiKeyDigest(pub [u8; 32]);

/// Keeps the API's keys.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ApiKeys: Send + Sync {
    /// Adds a key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the id or the digest is there already.
    async fn add(&self, key: &ApiKeyRecord, digest: &ApiKeyDigest) -> Result<(), StoreError>;

    /// The key with this digest, also when it is expired or revoked.
    async fn by_digest(&self, digest: &ApiKeyDigest) -> Result<Option<ApiKeyRecord>, StoreError>;

    /// Revokes a key for good; one that is revoked already keeps its time. `None` when there is no such key.
    async fn revoke(
        &self,
        id: ApiKeyId,
        now: Timestamp,
    ) -> Result<Option<ApiKeyRecord>, StoreError>;

    /// All keys, the oldest first.
    async fn list(&self) -> Result<Vec<ApiKeyRecord>, StoreError>;
}
