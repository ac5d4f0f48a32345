//! Commits together with the files they changed, asked side by side.

use std::sync::{Mutex, PoisonError};

use bitbucket_api_paths::RepoRef;
use futures_util::StreamExt as _;
use futures_util::stream;

use crate::api::Commits;
use crate::error::{ApiError, ApiErrorCause};
use crate::model::{Commit, CommitRange, FileChange};

/// How many diffstats are asked for at a time unless told otherwise.
pub const CHANGES_IN_FLIGHT: usize = 20;

/// A commit with the files it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedCommit {
    /// The commit.
    pub commit: Commit,
    /// The files, or why Bitbucket did not tell them for this commit; the other commits have theirs all the same.
    pub changes: Result<Vec<FileChange>, ApiError>,
}

/// The commits of a range with the files they changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangedCommits {
    /// Newest first, at most as many as asked for.
    pub commits: Vec<ChangedCommit>,
    /// Whether these are all commits of the range.
    pub complete: bool,
    /// Commits of the range that could not be read, as in [`CommitListing`](crate::CommitListing).
    pub unreadable: Vec<ApiError>,
}

/// Lists the commits of a range and, for each, the files it changed: at most `in_flight` questions at a time, answers
/// in the listing's order.
///
/// A commit whose files cannot be told keeps its error and spoils no other. Only where every further question would
/// fail alike (the rate limit is reached, the credential is not accepted, the endpoint was removed) are the remaining
/// ones not asked; they get that same error.
///
/// # Errors
///
/// An [`ApiError`] when the commits themselves cannot be listed.
pub async fn commits_with_changes<A: Commits + ?Sized>(
    api: &A,
    repository: &RepoRef,
    range: &CommitRange,
    in_flight: usize,
) -> Result<ChangedCommits, ApiError> {
    let listing = api.commits(repository, range).await?;
    let verdict = Verdict::default();
    let questions = listing
        .commits
        .into_iter()
        .map(|commit| changed_commit(api, repository, commit, &verdict));
    let commits = stream::iter(questions)
        .buffered(in_flight.max(1))
        .collect()
        .await;
    Ok(ChangedCommits {
        commits,
        complete: listing.complete,
        unreadable: listing.unreadable,
    })
}

async fn changed_commit<A: Commits + ?Sized>(
    api: &A,
    repository: &RepoRef,
    commit: Commit,
    verdict: &Verdict,
) -> ChangedCommit {
    let changes = match verdict.passed() {
        Some(error) => Err(error),
        None => api.changed_files(repository, &commit.sha).await,
    };
    if let Err(error) = &changes {
        verdict.consider(error);
    }
    ChangedCommit { commit, changes }
}

/// The error after which no further question makes sense.
#[derive(Default)]
struct Verdict(Mutex<Option<ApiError>>);

impl Verdict {
    fn passed(&self) -> Option<ApiError> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn consider(&self, error: &ApiError) {
        if concerns_all(error.cause()) {
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get_or_insert_with(|| error.clone());
        }
    }
}

fn concerns_all(cause: &ApiErrorCause) -> bool {
    match cause {
        ApiErrorCause::Authorize(_)
        | ApiErrorCause::Unauthorized
        | ApiErrorCause::Removed(_)
        | ApiErrorCause::BudgetExhausted(_)
        | ApiErrorCause::RateLimited { .. } => true,
        ApiErrorCause::Transport(_)
        | ApiErrorCause::Forbidden
        | ApiErrorCause::NotFound
        | ApiErrorCause::Conflict
        | ApiErrorCause::Redirect(_)
        | ApiErrorCause::Rejected
        | ApiErrorCause::TooCostly
        | ApiErrorCause::Unavailable { .. }
        | ApiErrorCause::UnexpectedStatus
        | ApiErrorCause::Unreadable { .. }
        | ApiErrorCause::UnreadableEntry { .. }
        | ApiErrorCause::Page(_)
        | ApiErrorCause::Misuse(_) => false,
    }
}

#[cfg(test)]
mod tests;
