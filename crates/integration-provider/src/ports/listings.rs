//! Looking through what is remembered, page by page: the newest first, at a cost that depends on the page and not on what is stored.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    DeliverySource, Installation, IssueEffect, JobState, JobSummary, LoggedCommit, Release,
    StoreError, TrackedRepository,
};
use crate::ids::{DeliveryId, InstallationId, JobId, RepositoryId};

/// Where a page begins: right after the entry that had this position. Positions are given out by the store and stay what they are when
/// other entries go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(i64);

impl Position {
    /// The position with this number, read back from a store or a client.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }
}

/// Which part of a listing is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Right after this entry; `None` for the first page.
    pub after: Option<Position>,
    /// At most so many entries, at least one.
    pub limit: usize,
}

impl Page {
    /// The first page.
    #[must_use]
    pub const fn first(limit: usize) -> Self {
        Self { after: None, limit }
    }
}

/// A part of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// The entries, the newest first.
    pub entries: Vec<T>,
    /// Where the next page begins; `None` when there is nothing after this one.
    pub next: Option<Position>,
}

/// A delivery as a listing shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliverySummary {
    /// The delivery.
    pub id: DeliveryId,
    /// The installation it belongs to.
    pub installation: InstallationId,
    /// The repository whose hook was called.
    pub repository: Option<RepositoryId>,
    /// The road it came by.
    pub source: DeliverySource,
    /// What happened.
    pub event_key: String,
    /// Bitbucket's number of the attempt, from 1.
    pub attempt: u32,
    /// The size of its body in bytes.
    pub body_bytes: u64,
    /// When it was received.
    pub received_at: Timestamp,
}

/// What was done to an issue because a commit refers to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The repository of the commit.
    pub repository: RepositoryId,
    /// Which commit, which issue, and what was done.
    pub effect: IssueEffect,
    /// When it was done.
    pub done_at: Timestamp,
}

/// Which references are asked for; nothing given means all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReferencesOf {
    /// Those of commits of this repository.
    pub repository: Option<RepositoryId>,
    /// Those to the issue with this short id.
    pub short_id: Option<String>,
}

/// Lists what is remembered.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Listings: Send + Sync {
    /// Deliveries, the newest first, without their bodies.
    async fn deliveries(&self, page: Page) -> Result<Listed<DeliverySummary>, StoreError>;

    /// Jobs, of one state or of all, the newest first.
    async fn jobs(
        &self,
        state: Option<JobState>,
        page: Page,
    ) -> Result<Listed<JobSummary>, StoreError>;

    /// One job.
    async fn job(&self, id: JobId) -> Result<Option<JobSummary>, StoreError>;

    /// Releases, the newest first.
    async fn releases(&self, page: Page) -> Result<Listed<Release>, StoreError>;

    /// Commits of one repository, the one that was recorded last first.
    async fn commits(
        &self,
        repository: RepositoryId,
        page: Page,
    ) -> Result<Listed<LoggedCommit>, StoreError>;

    /// What was done to issues because of commits, the newest first.
    async fn references(
        &self,
        of: ReferencesOf,
        page: Page,
    ) -> Result<Listed<Reference>, StoreError>;

    /// Up to `limit` installations whose id comes after this one, by id: the oldest first.
    async fn installations(
        &self,
        after: Option<InstallationId>,
        limit: usize,
    ) -> Result<Vec<Installation>, StoreError>;

    /// Up to `limit` repositories of all installations whose id comes after this one, by id: the oldest first.
    async fn repositories(
        &self,
        after: Option<RepositoryId>,
        limit: usize,
    ) -> Result<Vec<TrackedRepository>, StoreError>;

    /// How many repositories are remembered.
    async fn repository_count(&self) -> Result<u64, StoreError>;
}
