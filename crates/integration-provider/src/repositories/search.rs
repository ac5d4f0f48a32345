//! Which repositories a workspace has, and which of them are followed.

use std::collections::HashMap;

use bitbucket_api_paths::{Field, Filter, FilterText, ParseError, RepoUuid, Workspace};
use bitbucket_http_client::policy::Priority;
use bitbucket_http_client::{ApiError, BitbucketApi, Listing, Repository, RepositoryQuery};
use futures_util::future::try_join;

use crate::ids::{InstallationId, RepositoryId};
use crate::integration::{ClientError, Integration};
use crate::ports::{ConnectorError, Installation, InstallationState, StoreError};

/// Most repositories of one workspace that are read, in pages of a hundred.
pub const MOST_REPOSITORIES: usize = 10_000;

/// Repositories of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRepositories {
    /// Those that are named exactly as asked first, then those that contain it, each by name.
    pub repositories: Vec<FoundRepository>,
    /// Whether these are all of them.
    pub complete: bool,
}

/// A repository of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRepository {
    /// As Bitbucket shows it.
    pub repository: Repository,
    /// Our identifier, when it is followed.
    pub followed: Option<RepositoryId>,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum SearchRepositoriesError {
    /// There is no such installation, or it is disabled.
    #[error("no workspace is connected under this id")]
    NotConnected,
    /// The text can't be asked for.
    #[error("can't search for this: {0}")]
    Query(ParseError),
    /// The credential of the workspace is gone or can't be used.
    #[error("the credential of the workspace can't be used; connect it again")]
    Credential(#[source] Option<ConnectorError>),
    /// Bitbucket did not list them.
    #[error("Bitbucket did not list the repositories: {0}")]
    Bitbucket(ApiError),
    /// The store failed.
    #[error("the followed repositories could not be read")]
    Store(#[source] StoreError),
}

impl SearchRepositoriesError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotConnected => "workspace_not_connected",
            Self::Query(_) => "invalid_field",
            Self::Credential(_) => "credential_unusable",
            Self::Bitbucket(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}

impl From<StoreError> for SearchRepositoriesError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ClientError> for SearchRepositoriesError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::NoCredential => Self::Credential(None),
            ClientError::Credential(error) => Self::Credential(Some(error)),
            ClientError::Store(error) => Self::Store(error),
        }
    }
}

impl Integration {
    /// The repositories of a connected workspace: all, or those whose name is or contains a text, whatever characters it has.
    ///
    /// # Errors
    /// [`SearchRepositoriesError`].
    pub async fn search_repositories(
        &self,
        installation: InstallationId,
        text: Option<&str>,
        limit: usize,
    ) -> Result<FoundRepositories, SearchRepositoriesError> {
        let installation = self.ports.installations.find(installation).await?;
        let installation = installation
            .filter(|one| one.state == InstallationState::Active)
            .ok_or(SearchRepositoriesError::NotConnected)?;
        let client = self.client(&installation, Priority::Interactive).await?;
        let limit = limit.min(MOST_REPOSITORIES);
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        let listing = match text {
            None => self.all(client.as_ref(), &installation, limit).await,
            Some(text) => matching(client.as_ref(), &installation, text, limit).await,
        }?;
        let followed = self.ports.repositories.list(installation.id).await?;
        let followed: HashMap<RepoUuid, RepositoryId> =
            followed.into_iter().map(|one| (one.uuid, one.id)).collect();
        let found = |repository: Repository| FoundRepository {
            followed: followed.get(&repository.uuid).copied(),
            repository,
        };
        Ok(FoundRepositories {
            repositories: listing.values.into_iter().map(found).collect(),
            complete: listing.complete,
        })
    }

    async fn all(
        &self,
        client: &dyn BitbucketApi,
        installation: &Installation,
        limit: usize,
    ) -> Result<Listing<Repository>, SearchRepositoriesError> {
        let at = Workspace::from(installation.workspace_uuid.clone());
        let listing = client
            .repositories(&at, &RepositoryQuery::default(), limit)
            .await;
        listing.map_err(SearchRepositoriesError::Bitbucket)
    }
}

/// Asks for both at once; the same repository is listed once.
async fn matching(
    client: &dyn BitbucketApi,
    installation: &Installation,
    text: &str,
    limit: usize,
) -> Result<Listing<Repository>, SearchRepositoriesError> {
    let at = Workspace::from(installation.workspace_uuid.clone());
    let (exact, contains) = filters(installation, text).map_err(SearchRepositoriesError::Query)?;
    let asked = |filter| RepositoryQuery {
        filter: Some(filter),
        ..RepositoryQuery::default()
    };
    let (exact, contains) = (asked(exact), asked(contains));
    let both = try_join(
        client.repositories(&at, &exact, limit),
        client.repositories(&at, &contains, limit),
    );
    let (exact, contains) = both.await.map_err(SearchRepositoriesError::Bitbucket)?;
    let complete = exact.complete && contains.complete;
    let mut values = exact.values;
    for repository in contains.values {
        if !values.iter().any(|known| known.uuid == repository.uuid) {
            values.push(repository);
        }
    }
    let complete = complete && values.len() <= limit;
    values.truncate(limit);
    let unreadable = exact.unreadable.into_iter().chain(contains.unreadable);
    Ok(Listing {
        values,
        complete,
        unreadable: unreadable.collect(),
    })
}

/// `acme/rocket` means `rocket`, for the search goes through one workspace.
fn filters(installation: &Installation, text: &str) -> Result<(Filter, Filter), ParseError> {
    let own = format!("{}/", installation.workspace);
    let text = text.strip_prefix(&own).unwrap_or(text);
    let text = FilterText::parse(text)?;
    let (name, slug) = (Field::parse("name")?, Field::parse("slug")?);
    Ok((
        name.equals(text.clone()).or(slug.equals(text.clone())),
        name.contains(&text).or(slug.contains(&text)),
    ))
}
