//! From stack traces to the source and back: path rules, links, pasted addresses, and who owns the code.

mod candidates;
mod codeowners;
mod lines;
mod link;
mod mapping;
mod owners;
mod pasted;
mod suspects;

#[cfg(test)]
mod tests;

pub use candidates::MOST_REPOSITORIES_TRIED;
pub use codeowners::{CODEOWNERS_PLACES, CodeOwners, OwnerRule, UnreadLine};
pub use link::{Frame, LinkOutcome, SourceLink};
pub use mapping::{AddMapping, LONGEST_ROOT};
pub use owners::OwnersFile;
pub use pasted::{PastedAddress, PastedSource};
pub use suspects::{MOST_SUSPECTS, MOST_SUSPECTS_OF_RELEASE, Reason, Suspect, Suspects};

use bitbucket_api_paths::{CommitSha, RepoRef, Revision};
use bitbucket_http_client::policy::Priority;
use bitbucket_http_client::{ApiError, BitbucketApi};

use crate::ids::RepositoryId;
use crate::integration::{ClientError, Integration};
use crate::ports::{ConnectorError, StoreError, TrackedRepository};

/// Why there is no answer about the source.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Nobody follows the repository.
    #[error("no such repository is followed")]
    UnknownRepository,
    /// Repositories of several workspaces fit.
    #[error("repositories of several connected workspaces fit; say which one with `installation`")]
    WhichInstallation,
    /// There is no such rule.
    #[error("there is no path rule with this id")]
    UnknownMapping,
    /// What was given can't be meant.
    #[error("{what}")]
    Invalid {
        /// What is wrong, and what is expected.
        what: String,
    },
    /// The repository has a rule for the same project and the same beginning.
    #[error("the repository has a path rule for this project and this beginning; remove it first")]
    Exists,
    /// The repository has no such branch, tag or commit, or no commits at all.
    #[error("the repository has no {what}")]
    UnknownRevision {
        /// What it lacks.
        what: String,
    },
    /// The repository has no such file.
    #[error("the repository has no {what}")]
    UnknownFile {
        /// Which.
        what: String,
    },
    /// The credential of the workspace is gone or can't be used.
    #[error("the credential of the workspace can't be used; connect it again")]
    Credential(#[source] Option<ConnectorError>),
    /// Bitbucket did not answer.
    #[error("Bitbucket: {0}")]
    Bitbucket(ApiError),
    /// The store failed.
    #[error("what is remembered could not be read or kept")]
    Store(#[source] StoreError),
}

impl SourceError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownRepository => "unknown_repository",
            Self::WhichInstallation => "which_installation",
            Self::UnknownMapping => "unknown_mapping",
            Self::Invalid { .. } => "invalid_field",
            Self::Exists => "mapping_exists",
            Self::UnknownRevision { .. } => "unknown_revision",
            Self::UnknownFile { .. } => "unknown_file",
            Self::Credential(_) => "credential_unusable",
            Self::Bitbucket(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}

impl From<StoreError> for SourceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => Self::Exists,
            other => Self::Store(other),
        }
    }
}

impl From<ClientError> for SourceError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::NoCredential => Self::Credential(None),
            ClientError::Credential(error) => Self::Credential(Some(error)),
            ClientError::Store(error) => Self::Store(error),
        }
    }
}

impl Integration {
    pub(crate) async fn known_repository(
        &self,
        id: RepositoryId,
    ) -> Result<TrackedRepository, SourceError> {
        let found = self.ports.repositories.find(id).await?;
        found.ok_or(SourceError::UnknownRepository)
    }

    /// A client for the workspace of a repository.
    pub(crate) async fn client_of(
        &self,
        repository: &TrackedRepository,
    ) -> Result<std::sync::Arc<dyn BitbucketApi>, SourceError> {
        let installation = self.ports.installations.find(repository.installation);
        let installation = installation.await?.ok_or(SourceError::UnknownRepository)?;
        Ok(self.client(&installation, Priority::Interactive).await?)
    }
}

/// The commit at which a repository's main branch stands. Addresses of files take commits only: a branch may hold a `/`.
async fn main_head(
    client: &dyn BitbucketApi,
    repository: &TrackedRepository,
) -> Result<(String, CommitSha), SourceError> {
    let missing = |what: &str| SourceError::UnknownRevision {
        what: what.to_owned(),
    };
    let name = repository.main_branch.as_deref();
    let name = name.ok_or_else(|| missing("main branch: it is empty"))?;
    let branch = Revision::parse(name).map_err(|_| missing("main branch that can be asked for"))?;
    let at = RepoRef::from(repository.uuid.clone());
    match client.branch(&at, &branch).await {
        Ok(found) => Ok((name.to_owned(), found.target)),
        Err(error) if error.status() == Some(404) => Err(missing(&format!("branch `{name}`"))),
        Err(error) => Err(SourceError::Bitbucket(error)),
    }
}
