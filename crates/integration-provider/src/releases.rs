//! Opening a release: what an operator, a pipeline or a tag asks for. The work itself is a job.

mod deploys;
mod tags;

use bitbucket_api_paths::{CommitSha, RepoFullName};

use crate::ids::ReleaseId;
use crate::integration::Integration;
use crate::ports::{
    NewJob, Opened, ProjectSlug, Release, ReleaseState, StoreError, TrackedRepository, Work,
};

pub use deploys::{DeployReleaseError, LONGEST_ENVIRONMENT};
pub use tags::{
    InvalidTagPattern, InvalidVersionTemplate, ReleaseSettings, TagPattern, TagRule,
    VersionTemplate,
};

/// Longest version that is taken, in characters (Sentry's limit).
pub const LONGEST_VERSION: usize = 200;

/// A release as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRelease {
    /// The tracker's name for it, such as `rocket@1.4.0`.
    pub version: String,
    /// The repository it was built from.
    pub repository: RepoFullName,
    /// The newest commit in it, as a full hash.
    pub commit: CommitSha,
    /// The newest commit that is not in it; `None`: the previous release's.
    pub previous: Option<CommitSha>,
    /// The tracker's projects; empty: those of the repository.
    pub projects: Vec<ProjectSlug>,
    /// Where it is deployed to at once.
    pub environment: Option<String>,
}

/// A release that is on its way, or was there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedRelease {
    /// The release.
    pub release: Release,
    /// Whether this call started it (for the first time, or again after a failure).
    pub created: bool,
}

/// Why a release was not opened. Nothing was stored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OpenReleaseError {
    /// The version can't be one.
    #[error("the version {reason}")]
    Version {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The environment's name can't be one.
    #[error("the environment {reason}")]
    Environment {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A repository is named twice in one release.
    #[error("repository {name} is named twice; a release has one commit of each repository")]
    Twice {
        /// The repository.
        name: RepoFullName,
    },
    /// Repositories of one release report to different trackers.
    #[error("repository {name} belongs to another connected workspace than the first one")]
    OtherInstallation {
        /// The repository.
        name: RepoFullName,
    },
    /// Nobody follows this repository.
    #[error(
        "repository {name} is not followed; add it with `bitbucket-integration repository add {name}`"
    )]
    UnknownRepository {
        /// The repository.
        name: RepoFullName,
    },
    /// A commit is given by a shortened hash, which may come to mean two commits.
    #[error(
        "commit {sha} of {repository} is shortened; give all 40 digits (`git rev-parse {sha}`)"
    )]
    AbbreviatedCommit {
        /// The repository.
        repository: RepoFullName,
        /// The commit.
        sha: CommitSha,
    },
    /// Neither the call nor the repository names a project of the tracker.
    #[error("no project: name one with the release, or add the repository with one")]
    NoProject,
    /// The repository has a release of this version with other commits.
    #[error(
        "release {version} exists with commit {commit}; a version is released once, choose another one"
    )]
    Differs {
        /// The version.
        version: String,
        /// The commit it has.
        commit: CommitSha,
    },
    /// The store failed.
    #[error("the release could not be stored")]
    Store(#[source] StoreError),
}

impl OpenReleaseError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Version { .. } => "invalid_version",
            Self::Environment { .. } => "invalid_environment",
            Self::Twice { .. } => "repository_twice",
            Self::OtherInstallation { .. } => "other_installation",
            Self::UnknownRepository { .. } => "unknown_repository",
            Self::AbbreviatedCommit { .. } => "abbreviated_commit",
            Self::NoProject => "no_project",
            Self::Differs { .. } => "release_differs",
            Self::Store(error) => error.code(),
        }
    }
}

impl From<StoreError> for OpenReleaseError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Integration {
    /// Opens a release of several repositories: one release for each, which the tracker gets as one. All of them are checked before the
    /// first one is opened; asking again opens what is missing.
    ///
    /// # Errors
    /// [`OpenReleaseError`], which names what is wrong.
    pub async fn open_releases(
        &self,
        requests: Vec<OpenRelease>,
    ) -> Result<Vec<OpenedRelease>, OpenReleaseError> {
        let mut names: Vec<RepoFullName> = Vec::new();
        let mut installation = None;
        for request in &requests {
            let name = &request.repository;
            if names.contains(name) {
                return Err(OpenReleaseError::Twice { name: name.clone() });
            }
            names.push(name.clone());
            let repository = self.repository_of_release(request).await?;
            if *installation.get_or_insert(repository.installation) != repository.installation {
                return Err(OpenReleaseError::OtherInstallation { name: name.clone() });
            }
            let existing = self
                .ports
                .releases
                .by_version(repository.id, &request.version)
                .await?;
            if let Some(existing) = existing {
                agree((&request.commit, request.previous.as_ref()), &existing)?;
            }
        }
        let mut opened = Vec::new();
        for request in requests {
            opened.push(self.open_release(request).await?);
        }
        Ok(opened)
    }

    /// Opens a release and starts its work. Asking again for the same release changes nothing, but for an environment in which another one
    /// was deployed since: it is deployed there again. Asking again for one that failed starts it again.
    ///
    /// # Errors
    /// [`OpenReleaseError`]; nothing was stored then.
    pub async fn open_release(
        &self,
        request: OpenRelease,
    ) -> Result<OpenedRelease, OpenReleaseError> {
        let repository = self.repository_of_release(&request).await?;
        let release = self.release(request, &repository);
        let job = self.publishing(&release);
        match self.ports.releases.open(&release, &job).await? {
            Opened::New => Ok(OpenedRelease {
                release,
                created: true,
            }),
            Opened::Existing(existing) => {
                let opened = self.again(release.clone(), *existing).await?;
                if let Some(environment) = release.environment {
                    self.deployed(&opened.release, (&environment, None)).await?;
                }
                Ok(opened)
            }
        }
    }

    /// The followed repository of a request that asks for nothing impossible.
    async fn repository_of_release(
        &self,
        request: &OpenRelease,
    ) -> Result<TrackedRepository, OpenReleaseError> {
        check(request)?;
        let name = &request.repository;
        let repository = self.ports.repositories.by_full_name(name).await?;
        let repository =
            repository.ok_or_else(|| OpenReleaseError::UnknownRepository { name: name.clone() })?;
        if request.projects.is_empty() && repository.projects.is_empty() {
            return Err(OpenReleaseError::NoProject);
        }
        Ok(repository)
    }

    fn release(&self, request: OpenRelease, repository: &TrackedRepository) -> Release {
        let projects = if request.projects.is_empty() {
            repository.projects.clone()
        } else {
            request.projects
        };
        Release {
            id: ReleaseId::fresh(self.ports.clock.as_ref(), self.ports.entropy.as_ref()),
            installation: repository.installation,
            repository: repository.id,
            version: request.version,
            projects,
            commit: request.commit,
            previous: request.previous,
            environment: request.environment,
            state: ReleaseState::Pending,
            commit_count: None,
            issues: Vec::new(),
            warnings: Vec::new(),
            failure: None,
            created_at: self.ports.clock.now(),
            published_at: None,
        }
    }

    fn publishing(&self, release: &Release) -> NewJob {
        self.job(
            release.installation,
            Work::PublishRelease {
                release: release.id,
            },
        )
    }

    /// The same version again: the same release, a failed one that is to be tried again, or a mistake.
    async fn again(
        &self,
        asked: Release,
        mut existing: Release,
    ) -> Result<OpenedRelease, OpenReleaseError> {
        let failed = existing.state == ReleaseState::Failed;
        agree((&asked.commit, asked.previous.as_ref()), &existing)?;
        if !failed {
            return Ok(OpenedRelease {
                release: existing,
                created: false,
            });
        }
        existing = Release {
            id: existing.id,
            created_at: existing.created_at,
            ..asked
        };
        self.ports
            .releases
            .reopen(&existing, &self.publishing(&existing))
            .await?;
        Ok(OpenedRelease {
            release: existing,
            created: true,
        })
    }
}

/// A version is released once; one that failed may be asked for anew with other commits.
fn agree(
    (commit, previous): (&CommitSha, Option<&CommitSha>),
    existing: &Release,
) -> Result<(), OpenReleaseError> {
    let other_range = previous.is_some() && previous != existing.previous.as_ref();
    if (*commit == existing.commit && !other_range) || existing.state == ReleaseState::Failed {
        return Ok(());
    }
    Err(OpenReleaseError::Differs {
        version: existing.version.clone(),
        commit: existing.commit.clone(),
    })
}

fn check(request: &OpenRelease) -> Result<(), OpenReleaseError> {
    check_version(&request.version).map_err(|reason| OpenReleaseError::Version { reason })?;
    if let Some(environment) = &request.environment {
        deploys::check_environment(environment)
            .map_err(|reason| OpenReleaseError::Environment { reason })?;
    }
    let shortened = [Some(&request.commit), request.previous.as_ref()]
        .into_iter()
        .flatten()
        .find(|sha| !sha.is_full());
    shortened.map_or(Ok(()), |sha| {
        Err(OpenReleaseError::AbbreviatedCommit {
            repository: request.repository.clone(),
            sha: sha.clone(),
        })
    })
}

/// What every tracker refuses; a tracker may refuse more.
fn check_version(version: &str) -> Result<(), &'static str> {
    match version {
        "" => Err("is empty"),
        _ if version.chars().count() > LONGEST_VERSION => Err("is longer than 200 characters"),
        _ if version.trim() != version => Err("begins or ends with white space"),
        _ if version.chars().any(char::is_control) => Err("holds a control character"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
