//! Verified webhook deliveries.

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Learned, NewJob, StoreError};
use crate::ids::{DeliveryId, InstallationId, RepositoryId};

/// A delivery whose sender was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Our identifier.
    pub id: DeliveryId,
    /// The installation it belongs to.
    pub installation: InstallationId,
    /// The repository whose hook was called; `None` on the Connect road, where the body says it.
    pub repository: Option<RepositoryId>,
    /// The road it came by.
    pub source: DeliverySource,
    /// `X-Event-Key`, or the event named by the Connect wrapper.
    pub event_key: String,
    /// What makes it the same delivery when it comes again. Unique within an installation.
    pub dedupe_key: String,
    /// Bitbucket's `X-Attempt-Number`, 1 when absent.
    pub attempt: u32,
    /// The body exactly as received.
    pub body: Bytes,
    /// When it was received.
    pub received_at: Timestamp,
}

/// The road a delivery came by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliverySource {
    /// A hook registered through the REST API, signed with its secret.
    Hook,
    /// A Connect module, signed with a token of the installation.
    Connect,
}

impl DeliverySource {
    /// The word that is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hook => "hook",
            Self::Connect => "connect",
        }
    }
}

/// What became of an offered delivery. Both answers mean that it is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acceptance {
    /// It was stored now, with its job.
    New,
    /// It was here already; nothing was stored.
    Duplicate,
}

/// Keeps deliveries.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Deliveries: Send + Sync {
    /// Stores a delivery, its dedupe key and the job that will work on it, all or nothing. When this returns, they are durable.
    async fn accept(&self, delivery: &Delivery, job: &NewJob) -> Result<Acceptance, StoreError>;

    /// Stores a delivery whose work is done already: its dedupe key, its job as done, what it told and what follows from it, all or nothing.
    /// Says whether it was stored. It was not when the delivery came before, or when an open job has the same ordering key and so comes first:
    /// then [`accept`](Self::accept) takes it.
    async fn accept_completed(
        &self,
        delivery: &Delivery,
        job: &NewJob,
        learned: &Learned,
        follow_ups: &[NewJob],
    ) -> Result<bool, StoreError>;

    /// The delivery with this id.
    async fn find(&self, id: DeliveryId) -> Result<Option<Delivery>, StoreError>;
}
