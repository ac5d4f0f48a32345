//! Followed repositories and the secrets of their hooks.

use async_trait::async_trait;
use bitbucket_api_paths::{HookUuid, RepoFullName, RepoUuid};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{ProjectSlug, StoreError};
use crate::ids::{InstallationId, RepositoryId};

/// A repository that is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackedRepository {
    /// Our identifier, part of the address its hook calls.
    pub id: RepositoryId,
    /// The installation through which it is read.
    pub installation: InstallationId,
    /// Bitbucket's identity of it; survives renames and transfers.
    pub uuid: RepoUuid,
    /// Its current name, followed when it changes.
    pub full_name: RepoFullName,
    /// Where a person sees it, without a trailing slash; the base of links to commits.
    pub web_url: Option<String>,
    /// The branch that counts as its main one, when it has any.
    pub main_branch: Option<String>,
    /// The tracker's projects whose issues its commits may name. Empty: any project.
    pub projects: Vec<ProjectSlug>,
    /// What a push does to the issues that its commits name.
    pub on_push: PushPolicy,
    /// The hook at Bitbucket, once it exists.
    pub hook: Option<HookUuid>,
    /// Whether it is ready.
    pub state: RepositoryState,
    /// When it was added.
    pub added_at: Timestamp,
}

/// What a push does to the issues that its commits name. Resolving is left to the release that contains the commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PushPolicy {
    /// Says on the issue which commit names it.
    #[default]
    Comment,
    /// Stores the commits and tells the tracker nothing yet.
    Record,
}

impl PushPolicy {
    /// The word that is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Record => "record",
        }
    }
}

/// Whether a repository is ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepositoryState {
    /// Its hook is being created; deliveries are accepted already.
    Pending,
    /// Its hook exists.
    Active,
    /// Bitbucket does not show it any more, or its workspace removed the app. Its history stays, and so do its secrets: it may return.
    Disabled,
}

impl RepositoryState {
    /// The word that is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }
}

/// What proves a delivery to a repository's hook, and whose it is. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct Hook {
    /// The installation through which the repository is read.
    pub installation: InstallationId,
    /// Whether that installation is in use.
    pub in_use: bool,
    /// The secrets that a delivery may be signed with, newest first.
    pub secrets: Vec<SecretString>,
}

/// Keeps followed repositories. Hook secrets are encrypted at rest.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait TrackedRepositories: Send + Sync {
    /// Adds a repository with the secret of its hook.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the same installation follows a repository with the same UUID.
    async fn add(
        &self,
        repository: &TrackedRepository,
        hook_secret: &SecretString,
    ) -> Result<(), StoreError>;

    /// Replaces what is known of a repository; its secrets stay.
    async fn update(&self, repository: &TrackedRepository) -> Result<(), StoreError>;

    /// Forgets a repository with its secrets. Its commits and releases stay.
    async fn remove(&self, id: RepositoryId) -> Result<(), StoreError>;

    /// The repository with this id.
    async fn find(&self, id: RepositoryId) -> Result<Option<TrackedRepository>, StoreError>;

    /// The repository of this installation with this UUID.
    async fn by_uuid(
        &self,
        installation: InstallationId,
        uuid: &RepoUuid,
    ) -> Result<Option<TrackedRepository>, StoreError>;

    /// The repository with this name, ignoring case.
    async fn by_full_name(
        &self,
        full_name: &RepoFullName,
    ) -> Result<Option<TrackedRepository>, StoreError>;

    /// All repositories of one installation, by name.
    async fn list(
        &self,
        installation: InstallationId,
    ) -> Result<Vec<TrackedRepository>, StoreError>;

    /// The hook of the repository with this id. It is read anew for each delivery, so that a change counts at once, everywhere.
    async fn hook(&self, id: RepositoryId) -> Result<Option<Hook>, StoreError>;

    /// The secrets that a delivery for this repository may be signed with, newest first.
    async fn hook_secrets(&self, id: RepositoryId) -> Result<Vec<SecretString>, StoreError>;

    /// Adds a secret, the newest from now on; those before it stay good.
    async fn add_hook_secret(
        &self,
        id: RepositoryId,
        secret: &SecretString,
    ) -> Result<(), StoreError>;

    /// Forgets all secrets but the `keep` newest.
    async fn retire_hook_secrets(&self, id: RepositoryId, keep: u32) -> Result<(), StoreError>;
}
