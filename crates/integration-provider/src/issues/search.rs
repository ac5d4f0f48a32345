//! Looking for issues at Bitbucket, by title or by number.

use bitbucket_api_paths::{Field, Filter, FilterText, IssueId, ParseError, RepoFullName, RepoRef};
use bitbucket_http_client::Issue;
use bitbucket_http_client::policy::Priority;

use super::IssueError;
use crate::ids::InstallationId;
use crate::integration::Integration;

/// Most issues that a search gives.
pub const MOST_FOUND_ISSUES: usize = 1000;

/// Issues of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundIssues {
    /// The one with the number that was asked for first, then the newest first.
    pub issues: Vec<Issue>,
    /// Whether these are all of them.
    pub complete: bool,
}

impl Integration {
    /// The issues of a repository whose title contains a text, whatever characters it has, or whose number it is.
    ///
    /// # Errors
    /// [`IssueError`].
    pub async fn search_issues(
        &self,
        installation: InstallationId,
        repository: &RepoFullName,
        text: &str,
    ) -> Result<FoundIssues, IssueError> {
        let installation = self.active_workspace(installation).await?;
        let found = self.ports.repositories.by_full_name(repository).await?;
        let repository = found
            .filter(|one| one.installation == installation.id)
            .ok_or(IssueError::UnknownRepository)?;
        let (filter, number) = filter(text.trim()).map_err(|error| IssueError::Invalid {
            what: format!("can't search for this: {error}"),
        })?;
        let client = self.client(&installation, Priority::Interactive).await?;
        let at = RepoRef::from(repository.uuid);
        let listing = client.search_issues(&at, &filter, MOST_FOUND_ISSUES).await;
        let listing = listing.map_err(IssueError::of_bitbucket)?;
        let mut issues = listing.values;
        // The sort is stable: all others stay the newest first.
        issues.sort_by_key(|issue| Some(issue.id) != number);
        Ok(FoundIssues {
            issues,
            complete: listing.complete,
        })
    }
}

/// `#12` and `12` mean the number, and a title with such a text as well.
fn filter(text: &str) -> Result<(Filter, Option<IssueId>), ParseError> {
    let titled = Field::parse("title")?.contains(&FilterText::parse(text)?);
    let number = IssueId::parse(text.strip_prefix('#').unwrap_or(text)).ok();
    let value = number.and_then(|number| i64::try_from(number.value()).ok());
    let filter = match value {
        Some(value) => Field::parse("id")?.equals(value).or(titled),
        None => titled,
    };
    Ok((filter, number))
}
