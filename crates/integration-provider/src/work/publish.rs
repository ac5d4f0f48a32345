//! Publishing a release: which commits are in it, which files they changed, and which issues they name.

use std::collections::HashMap;

use bitbucket_api_paths::{CommitSha, RepoRef, Revision};
use bitbucket_commit_resolver::{Action, Occasion, PlanCommit};
use bitbucket_http_client::policy::Priority;
use bitbucket_http_client::{ApiError, BitbucketApi, Commit, CommitRange, FileChange};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::WorkError;
use super::decide::{Decided, Decision};
use super::push::{logged, work};
use crate::ids::ReleaseId;
use crate::integration::Integration;
use crate::ports::{
    Capability, NewJob, Release, ReleaseState, ReleasedCommit, StoreError, TrackedRepository,
    TrackerRelease, Work,
};

/// How many commits a release without a previous one gets: enough to name recent authors, and not a whole history.
pub const FIRST_RELEASE_COMMITS: usize = 20;

/// Most commits of one release. A release that has more says so in its warnings.
pub const MAX_RELEASE_COMMITS: usize = 5000;

/// How many commits' changed files are asked for side by side.
const SIDE_BY_SIDE: usize = 10;

impl Integration {
    pub(super) async fn publish_release(&self, id: ReleaseId) -> Result<Vec<NewJob>, WorkError> {
        let mut release = self.ports.releases.find(id).await?.ok_or(WorkError::Gone {
            what: "the release",
        })?;
        let repository = self.followed_repository(release.repository).await?;
        let installation = self.active_installation(release.installation).await?;
        let tracker = self.tracker_of(&installation)?;
        if !tracker.capabilities().has(Capability::Release) {
            return Err(WorkError::Tracker(
                crate::ports::TrackerError::Unsupported { what: "releases" },
            ));
        }
        let client = self.client(&installation, Priority::Normal).await?;
        self.choose_previous(&mut release).await?;
        release.warnings.clear();
        let commits = commits_of(client.as_ref(), &repository, &mut release).await?;
        let changes = self
            .changes_of(
                client.as_ref(),
                &repository,
                &commits,
                &mut release.warnings,
            )
            .await?;
        let decided = self.decide_for(&release, &commits).await?;
        self.remember(&repository, &commits).await?;
        let published = tracker
            .publish(&tracker_release(&release, &repository, commits, changes))
            .await?;
        release.warnings.extend(published.warnings);
        self.finish(release, decided).await
    }

    /// Where the release begins, if nobody said: at the release before it.
    async fn choose_previous(&self, release: &mut Release) -> Result<(), StoreError> {
        if release.previous.is_none() {
            let previous = self.ports.releases.previous(release).await?;
            release.previous = previous.map(|previous| previous.commit);
        }
        Ok(())
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

    /// What the release's commits, newest first, do to issues.
    async fn decide_for(
        &self,
        release: &Release,
        commits: &[Commit],
    ) -> Result<Decided, StoreError> {
        let oldest_first: Vec<PlanCommit<'_>> = commits
            .iter()
            .rev()
            .map(|commit| PlanCommit {
                sha: commit.sha.as_str(),
                message: &commit.message,
            })
            .collect();
        self.decide(
            release.repository,
            &release.projects,
            &oldest_first,
            Occasion::Release,
        )
        .await
    }

    async fn remember(
        &self,
        repository: &TrackedRepository,
        commits: &[Commit],
    ) -> Result<(), StoreError> {
        let commits: Vec<_> = commits
            .iter()
            .cloned()
            .map(|commit| logged(commit, None))
            .collect();
        self.ports
            .commits
            .record(repository.id, &commits, self.ports.clock.now())
            .await
            .map(drop)
    }

    async fn finish(
        &self,
        mut release: Release,
        decided: Decided,
    ) -> Result<Vec<NewJob>, WorkError> {
        release.issues = decided.resolved;
        release.state = ReleaseState::Published;
        release.failure = None;
        release.published_at = Some(self.ports.clock.now());
        self.ports.releases.update(&release).await?;
        let works = decided
            .effects
            .into_iter()
            .filter_map(|decision| released_work(&release, decision));
        Ok(works
            .map(|work| self.job(release.installation, work))
            .collect())
    }
}

/// What carries out a decision because of a release. That a commit names an issue was said when it was pushed.
fn released_work(release: &Release, decision: Decision) -> Option<Work> {
    match decision.action {
        Action::Reference => None,
        Action::Resolve => Some(Work::ResolveIssue {
            release: release.id,
            commit: CommitSha::parse(&decision.commit).ok()?,
            short_id: decision.short_id,
        }),
        Action::Reopen | Action::Hold | Action::WontFix | Action::Invalidate => {
            work(release.repository, decision)
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
    if !listing.unreadable.is_empty() {
        let left_out = listing.unreadable.len();
        release.warnings.push(format!(
            "{left_out} commits that Bitbucket listed could not be read and are left out"
        ));
    } else if !listing.complete {
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

fn tracker_release(
    release: &Release,
    repository: &TrackedRepository,
    commits: Vec<Commit>,
    mut changes: HashMap<CommitSha, Vec<FileChange>>,
) -> TrackerRelease {
    TrackerRelease {
        version: release.version.clone(),
        projects: release.projects.clone(),
        repository: repository.full_name.to_string().to_lowercase(),
        web_url: repository
            .web_url
            .as_deref()
            .map(|base| format!("{base}/commits/{}", release.commit)),
        commits: commits
            .into_iter()
            .map(|commit| released(commit, &mut changes))
            .collect(),
        released_at: Some(release.created_at),
    }
}

fn released(commit: Commit, changes: &mut HashMap<CommitSha, Vec<FileChange>>) -> ReleasedCommit {
    ReleasedCommit {
        changes: changes.remove(&commit.sha),
        sha: commit.sha,
        message: commit.message,
        author_name: commit.author.name,
        author_email: commit.author.email,
        committed_at: commit.date,
    }
}
