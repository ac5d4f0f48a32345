//! Consents that were asked for: what must be remembered while a person is at Bitbucket.

use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;

use super::{StoreError, TrackerName};

/// SHA-256 of an OAuth `state`: finds what it belongs to, and is of no use to whoever reads it in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StateDigest(pub [u8; 32]);

/// A consent that a person was asked for.
#[derive(Clone)]
pub struct PendingGrant {
    /// The tracker that the workspace will report to.
    pub tracker: TrackerName,
    /// The only workspace that may be connected with it, as slug or UUID; `None`: the only one that the consent opens.
    pub workspace: Option<String>,
    /// The PKCE code verifier (RFC 7636 §4.1).
    pub verifier: SecretString,
    /// Afterwards the answer is too late.
    pub expires_at: Timestamp,
}

impl fmt::Debug for PendingGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingGrant")
            .field("tracker", &self.tracker)
            .field("workspace", &self.workspace)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Keeps consents that were asked for. Verifiers are encrypted at rest.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait PendingGrants: Send + Sync {
    /// Remembers a consent, and forgets those that expired before `now`.
    async fn put_pending(
        &self,
        state: StateDigest,
        pending: &PendingGrant,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Gives a consent and forgets it: of two calls at the same time, one gets it.
    async fn take_pending(&self, state: StateDigest) -> Result<Option<PendingGrant>, StoreError>;
}
