//! What one repository brings into a release: its commits since the release before, with the files they changed.

use std::collections::HashMap;

use bitbucket_api_paths::{CommitSha, RepoRef, Revision};
use bitbucket_http_client::{ApiError, BitbucketApi, Commit, CommitRange, FileChange};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::WorkError;
use crate::integration::Integration;
use crate::ports::{Release, TrackedRepository};

/// How many commits a release without a previous one gets: enough to name recent authors, and not a whole history.
pub const FIRST_RELEASE_COMMITS: usize = 20;

/// Most commits of one release. A release that has more says so in its warnings.
pub const MAX_RELEASE_COMMITS: usize = 5000;

/// How many commits' changed files are asked for side by side: a hundred take five rounds.
const SIDE_BY_SIDE: usize = 20;

/// A release of one repository with what is in it.
#[derive(Debug)]
pub(super) struct Part {
    /// The release, with where it begins, how many commits it has, and what is odd about it.
    pub(super) release: Release,
    pub(super) repository: TrackedRepository,
    /// Newest first.
    pub(super) commits: Vec<Commit>,
    /// The changed files of those commits whose changes are known.
    pub(super) changes: HashMap<CommitSha, Vec<FileChange>>,
}

impl Integration {
    /// Gathers what is in a release.
    pub(super) async fn gather(
        &self,
        client: &dyn BitbucketApi,
        mut release: Release,
    ) -> Result<Part, WorkError> {
        let repository = self.followed_repository(release.repository).await?;
        self.choose_previous(client, &repository, &mut release)
            .await?;
        release.warnings.clear();
        let commits = commits_of(client, &repository, &mut release).await?;
        let changes = self
            .changes_of(client, &repository, &commits, &mut release.warnings)
            .await?;
        Ok(Part {
            release,
            repository,
            commits,
            changes,
        })
    }

    /// The changed files of each commit, from memory where they are known, else side by side from Bitbucket. A commit whose changes
    /// Bitbucket can't give (its answer 555 for a huge diff) goes without them.
    async fn changes_of(
        &self,
        client: &dyn BitbucketApi,
        repository: &TrackedRepository,
        commits: &[Commit],
        warnings: &mut Vec<String>,
    ) -> Result<HashMap<CommitSha, Vec<FileChange>>, WorkError> {
        let shas: Vec<CommitSha> = commits.iter().map(|commit| commit.sha.clone()).collect();
        let mut known = self.ports.commits.changes(repository.id, &shas).await?;
        let at = RepoRef::from(repository.uuid.clone());
        let missing: Vec<CommitSha> = shas
            .into_iter()
            .filter(|sha| !known.contains_key(sha))
            .collect();
        let fetched: Vec<(CommitSha, Result<Vec<FileChange>, ApiError>)> = stream::iter(missing)
            .map(|sha| self.fetch_changes(client, repository, &at, sha))
            .buffer_unordered(SIDE_BY_SIDE)
            .try_collect()
            .await?;
        for (sha, outcome) in fetched {
            match outcome {
                Ok(changes) => drop(known.insert(sha, changes)),
                Err(error) => warnings.push(format!(
                    "commit {sha} goes without its changed files: {error}"
                )),
            }
        }
        warnings.sort();
        Ok(known)
    }

    /// One commit's changed files, remembered as soon as they are here. The inner error is final; an outer one may pass.
    async fn fetch_changes(
        &self,
        client: &dyn BitbucketApi,
        repository: &TrackedRepository,
        at: &RepoRef,
        sha: CommitSha,
    ) -> Result<(CommitSha, Result<Vec<FileChange>, ApiError>), WorkError> {
        match client.changed_files(at, &sha).await {
            Ok(changes) => {
                self.ports
                    .commits
                    .record_changes(repository.id, &sha, &changes)
                    .await?;
                Ok((sha, Ok(changes)))
            }
            Err(error) if is_final_for_one_commit(&error) => Ok((sha, Err(error))),
            Err(error) => Err(WorkError::Bitbucket(error)),
        }
    }
}

/// The commits of a release, newest first.
async fn commits_of(
    client: &dyn BitbucketApi,
    repository: &TrackedRepository,
    release: &mut Release,
) -> Result<Vec<Commit>, WorkError> {
    if release.previous.as_ref() == Some(&release.commit) {
        release.commit_count = Some(0);
        let warning =
            "the release before it has the same commit, so it holds no commits of its own";
        release.warnings.push(warning.to_owned());
        return Ok(Vec::new());
    }
    let limit = if release.previous.is_some() {
        MAX_RELEASE_COMMITS
    } else {
        FIRST_RELEASE_COMMITS
    };
    let range = CommitRange {
        include: vec![Revision::from(release.commit.clone())],
        exclude: release
            .previous
            .iter()
            .cloned()
            .map(Revision::from)
            .collect(),
        limit,
    };
    let listing = client
        .commits(&RepoRef::from(repository.uuid.clone()), &range)
        .await;
    let listing = match listing {
        Err(error) if error.status() == Some(404) => {
            return Err(unknown_commit(client, repository, release, error).await);
        }
        other => other.map_err(WorkError::Bitbucket)?,
    };
    release.commit_count = u32::try_from(listing.commits.len()).ok();
    let left_out = listing.unreadable.len();
    if left_out > 0 {
        release.warnings.push(format!(
            "{left_out} commits that Bitbucket listed could not be read and are left out"
        ));
    }
    // A listing with entries that can't be read is never complete; whether it was cut as well tells its length.
    if !listing.complete && (left_out == 0 || listing.commits.len() + left_out >= limit) {
        release.warnings.push(match &release.previous {
            Some(previous) => format!("there are more than {limit} commits since {previous}; the oldest are left out"),
            None => format!("there is no earlier release of this repository, so the newest {limit} commits were taken"),
        });
    }
    Ok(listing.commits)
}

/// Bitbucket answers 404 without saying which commit is unknown: ask for each.
async fn unknown_commit(
    client: &dyn BitbucketApi,
    repository: &TrackedRepository,
    release: &Release,
    error: ApiError,
) -> WorkError {
    let at = RepoRef::from(repository.uuid.clone());
    for sha in [Some(&release.commit), release.previous.as_ref()]
        .into_iter()
        .flatten()
    {
        let one = CommitRange {
            include: vec![Revision::from(sha.clone())],
            exclude: Vec::new(),
            limit: 1,
        };
        if client
            .commits(&at, &one)
            .await
            .is_err_and(|error| error.status() == Some(404))
        {
            return WorkError::UnknownCommit {
                sha: sha.to_string(),
                repository: repository.full_name.to_string(),
            };
        }
    }
    WorkError::Bitbucket(error)
}

/// Whether asking again for the changes of this one commit would give the same answer: it is unknown (404), refused (400), or its diff
/// takes too long (555).
fn is_final_for_one_commit(error: &ApiError) -> bool {
    matches!(error.status(), Some(400 | 404 | 555))
}
