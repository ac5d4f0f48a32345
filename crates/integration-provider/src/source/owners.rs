//! Reading a repository's CODEOWNERS.

use bitbucket_api_paths::{FilePath, RepoRef};

use super::codeowners::{CODEOWNERS_PLACES, CodeOwners};
use super::{SourceError, main_head};
use crate::ids::RepositoryId;
use crate::integration::Integration;

/// A CODEOWNERS file on the main branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnersFile {
    /// Where it stands.
    pub path: String,
    /// Where a person sees it.
    pub html_url: String,
    /// Its text.
    pub raw: String,
    /// Its rules.
    pub owners: CodeOwners,
}

impl Integration {
    /// The CODEOWNERS file of a repository, from the first place that has one.
    ///
    /// # Errors
    /// [`SourceError::UnknownFile`] when none has, and what else may go wrong.
    pub async fn code_owners(&self, id: RepositoryId) -> Result<OwnersFile, SourceError> {
        let repository = self.known_repository(id).await?;
        let client = self.client_of(&repository).await?;
        let at = RepoRef::from(repository.uuid.clone());
        let (branch, commit) = main_head(client.as_ref(), &repository).await?;
        for place in CODEOWNERS_PLACES {
            let Ok(path) = FilePath::parse(place) else {
                continue;
            };
            let bytes = match client.source_file(&at, &commit, &path).await {
                Ok(bytes) => bytes,
                Err(error) if error.status() == Some(404) => continue,
                Err(error) => return Err(SourceError::Bitbucket(error)),
            };
            let raw = String::from_utf8_lossy(&bytes).into_owned();
            let base = repository.web_url.clone();
            let base =
                base.unwrap_or_else(|| format!("https://bitbucket.org/{}", repository.full_name));
            return Ok(OwnersFile {
                path: place.to_owned(),
                html_url: format!("{base}/src/{commit}/{place}"),
                owners: CodeOwners::parse(&raw),
                raw,
            });
        }
        Err(SourceError::UnknownFile {
            what: format!(
                "CODEOWNERS on branch `{branch}`; it may stand at {}",
                CODEOWNERS_PLACES.join(", ")
            ),
        })
    }
}
