//! Releases that were asked for.

use async_trait::async_trait;
use bitbucket_api_paths::CommitSha;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Failure, NewJob, ProjectSlug, StoreError};
use crate::ids::{InstallationId, ReleaseId, RepositoryId};

/// A release of one repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Our identifier.
    pub id: ReleaseId,
    /// The installation it belongs to.
    pub installation: InstallationId,
    /// The repository it was built from.
    pub repository: RepositoryId,
    /// The tracker's name for it, such as `rocket@1.4.0`. Unique within a repository.
    pub version: String,
    /// The tracker's projects it belongs to; never empty.
    pub projects: Vec<ProjectSlug>,
    /// The newest commit in it.
    pub commit: CommitSha,
    /// The newest commit that is *not* in it: given, or the previous release's, or none for a first release.
    pub previous: Option<CommitSha>,
    /// Where it is deployed to at once, if it is: only releases that were deployed there count as the one before it.
    pub environment: Option<String>,
    /// How far it is.
    pub state: ReleaseState,
    /// How many commits the tracker was given.
    pub commit_count: Option<u32>,
    /// The issues that its commits ask to resolve, as short ids.
    pub issues: Vec<String>,
    /// What a person should know though the release was published.
    pub warnings: Vec<String>,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When the tracker had it.
    pub published_at: Option<Timestamp>,
}

/// How far a release is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseState {
    /// Its job waits or runs.
    Pending,
    /// The tracker has it with its commits.
    Published,
    /// It was given up; `failure` says why.
    Failed,
}

impl ReleaseState {
    /// The word that is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Published => "published",
            Self::Failed => "failed",
        }
    }
}

/// A release that was put to use somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deploy {
    /// Where, such as `production`.
    pub environment: String,
    /// When.
    pub deployed_at: Timestamp,
    /// How often the release was deployed there by then: 1 for the first time, more after a rollback.
    pub number: u32,
}

/// A deploy that is to be remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDeploy {
    /// Where, such as `production`.
    pub environment: String,
    /// When.
    pub deployed_at: Timestamp,
    /// What tells it from other deploys of the release to this environment, such as the run of a pipeline. Without one it is the same as the
    /// last deploy there when that was of this release, and a new one when it was of another.
    pub key: Option<String>,
}

/// What became of a release that was to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// It is stored now, with its job.
    New,
    /// The repository has a release of this version already: this one. Nothing was stored.
    Existing(Box<Release>),
}

/// Remembers releases.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ReleaseLog: Send + Sync {
    /// Stores a release with the deploy that it asks for and the job that publishes it, all or nothing, unless the repository has this
    /// version.
    async fn open(&self, release: &Release, job: &NewJob) -> Result<Opened, StoreError>;

    /// Puts a failed release and its job, dead or done, back to work, all or nothing.
    async fn reopen(&self, release: &Release, job: &NewJob) -> Result<(), StoreError>;

    /// Replaces what is known of a release.
    async fn update(&self, release: &Release) -> Result<(), StoreError>;

    /// The release with this id.
    async fn find(&self, id: ReleaseId) -> Result<Option<Release>, StoreError>;

    /// The release of a repository with this version.
    async fn by_version(
        &self,
        repository: RepositoryId,
        version: &str,
    ) -> Result<Option<Release>, StoreError>;

    /// Up to `limit` published releases of the same repository, sharing a project, that were opened before this one, the last one first;
    /// for a release with an environment, those that were deployed there by then, the one that was deployed last first.
    async fn earlier(&self, release: &Release, limit: usize) -> Result<Vec<Release>, StoreError>;

    /// The releases of the same version in other repositories of the installation, in the order of their opening.
    async fn siblings(&self, release: &Release) -> Result<Vec<Release>, StoreError>;

    /// Remembers that a release was deployed; a deploy that is known stays as it is. Without a key it is known when no other release of the
    /// repository, sharing a project, was deployed there since. Gives the deploy as it is remembered.
    async fn record_deploy(
        &self,
        release: ReleaseId,
        deploy: &NewDeploy,
    ) -> Result<Deploy, StoreError>;

    /// The deploys of a release, the first one first.
    async fn deploys(&self, release: ReleaseId) -> Result<Vec<Deploy>, StoreError>;

    /// Up to `limit` releases, newest first.
    async fn list(&self, limit: usize) -> Result<Vec<Release>, StoreError>;
}
