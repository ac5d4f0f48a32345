//! A push: which commits came, and which issues they name.

use bitbucket_api_paths::{CommitSha, RepoRef, Revision};
use bitbucket_commit_resolver::{Action, Occasion, PlanCommit};
use bitbucket_http_client::policy::Priority;
use bitbucket_http_client::{ApiError, BitbucketApi, Commit, CommitListing, CommitRange};

use super::decide::Decision;
use super::{Outcome, Settlement, WorkError};
use crate::events::{Push, PushChange, RefKind};
use crate::ids::RepositoryId;
use crate::integration::Integration;
use crate::ports::{
    Delivery, Installation, LoggedCommit, NewJob, PushPolicy, StoreError, TrackedRepository, Work,
};
use crate::releases::{OpenRelease, OpenReleaseError};

/// Most commits of one truncated push that are fetched. A longer push is the import of a history; its releases still get all of theirs.
pub const MAX_PUSH_COMMITS: usize = 1000;

impl Integration {
    pub(super) async fn process_push(
        &self,
        installation: &Installation,
        delivery: &Delivery,
        push: Push,
    ) -> Result<Outcome, WorkError> {
        let Some(repository) = self.repository_of(delivery, &push.repository).await? else {
            return Ok(Outcome::default());
        };
        let repository = self.follow_rename(repository, &push.repository).await?;
        let mut settlement = Settlement::of(repository.id);
        for change in push.changes {
            self.release_of_tag(&repository, &change).await?;
            let commits = self.commits_of(installation, &repository, &change).await?;
            self.settle_change(&mut settlement, &repository, change, commits)
                .await?;
        }
        let Settlement {
            learned,
            follow_ups,
        } = settlement;
        Ok(Outcome {
            follow_ups,
            learned: Some(learned),
        })
    }

    /// Adds what comes of one change, which brought these commits.
    pub(super) async fn settle_change(
        &self,
        to: &mut Settlement,
        repository: &TrackedRepository,
        change: PushChange,
        commits: Vec<LoggedCommit>,
    ) -> Result<(), StoreError> {
        let follow_ups = self.follow_ups(repository, &change.name, &commits).await?;
        to.follow_ups.extend(follow_ups);
        to.learned.commits.extend(commits);
        if change.kind == RefKind::Branch && !change.name.is_empty() {
            to.learned.heads.push((change.name, change.new));
        }
        Ok(())
    }

    /// Remembers the commits that a change brought; gives what follows from them.
    pub(super) async fn take_change(
        &self,
        installation: &Installation,
        repository: &TrackedRepository,
        change: &PushChange,
    ) -> Result<Vec<NewJob>, WorkError> {
        let commits = self.commits_of(installation, repository, change).await?;
        self.ports
            .commits
            .record(repository.id, &commits, self.ports.clock.now())
            .await?;
        Ok(self.follow_ups(repository, &change.name, &commits).await?)
    }

    /// A tag that was made and stands for a release opens it. One that moved on opens nothing: its release has its commit.
    async fn release_of_tag(
        &self,
        repository: &TrackedRepository,
        change: &PushChange,
    ) -> Result<(), StoreError> {
        let (Some(commit), RefKind::Tag) = (&change.new, change.kind) else {
            return Ok(());
        };
        let settings = &self.settings.releases;
        let Some(version) = settings.version_of(&repository.full_name, &change.name) else {
            return Ok(());
        };
        let request = OpenRelease {
            version: version.clone(),
            repository: repository.full_name.clone(),
            commit: commit.clone(),
            previous: None,
            projects: Vec::new(),
            environment: None,
        };
        match self.open_release(request).await {
            Ok(opened) => {
                tracing::info!(release.version = version, release.id = %opened.release.id, release.new = opened.created, tag = change.name, "a tag is a release");
            }
            Err(OpenReleaseError::Store(error)) => return Err(error),
            Err(error) => {
                tracing::warn!(release.version = version, repository.name = %repository.full_name, tag = change.name, error.code = error.code(), "a tag opens no release: {error}");
            }
        }
        Ok(())
    }

    /// The commits that a change brought: none for a deleted ref or a tag, those of the payload, or all of them from the API when
    /// the payload was cut.
    async fn commits_of(
        &self,
        installation: &Installation,
        repository: &TrackedRepository,
        change: &PushChange,
    ) -> Result<Vec<LoggedCommit>, WorkError> {
        match (&change.new, change.kind) {
            (Some(new), RefKind::Branch) if change.truncated => {
                let client = self.client(installation, Priority::Normal).await?;
                let commits = complete(client.as_ref(), repository, change, new).await?;
                Ok(all_logged(commits, &change.name))
            }
            _ => Ok(sent_commits(change)),
        }
    }

    /// The jobs that follow from commits that came to a branch, newest first.
    async fn follow_ups(
        &self,
        repository: &TrackedRepository,
        branch: &str,
        commits: &[LoggedCommit],
    ) -> Result<Vec<NewJob>, StoreError> {
        let mut jobs = self.status_jobs(repository, branch, commits);
        if repository.on_push == PushPolicy::Record {
            return Ok(jobs);
        }
        let oldest_first: Vec<PlanCommit<'_>> = commits.iter().rev().map(planned).collect();
        let decided = self
            .decide(
                repository.id,
                &repository.projects,
                &oldest_first,
                Occasion::Push { branch },
            )
            .await?;
        let works = decided
            .effects
            .into_iter()
            .filter_map(|decision| work(repository.id, decision));
        jobs.extend(works.map(|work| self.job(repository.installation, work)));
        Ok(jobs)
    }
}

/// A commit as the plan sees it.
pub(super) fn planned(commit: &LoggedCommit) -> PlanCommit<'_> {
    PlanCommit {
        sha: commit.sha.as_str(),
        message: &commit.message,
    }
}

/// What carries out a decision that no release has a part in.
pub(super) fn work(repository: RepositoryId, decision: Decision) -> Option<Work> {
    let Decision {
        short_id,
        action,
        commit,
    } = decision;
    let commit = CommitSha::parse(&commit).ok()?;
    Some(match action {
        Action::Reference => Work::CommentOnIssue {
            repository,
            commit,
            short_id,
        },
        Action::Resolve | Action::Reopen | Action::Hold | Action::WontFix | Action::Invalidate => {
            Work::ChangeIssue {
                repository,
                commit,
                short_id,
                action,
            }
        }
    })
}

/// All commits of a change whose payload was cut.
async fn complete(
    client: &dyn BitbucketApi,
    repository: &TrackedRepository,
    change: &PushChange,
    new: &CommitSha,
) -> Result<Vec<Commit>, WorkError> {
    let at = RepoRef::from(repository.uuid.clone());
    let listing = match client
        .commits(&at, &range(new, base(repository, change)))
        .await
    {
        // A forced push leaves the old commit out of reach; after a while Bitbucket forgets it.
        Err(error) if is_missing(&error) && change.old.is_some() => {
            client
                .commits(&at, &range(new, main_branch(repository, change)))
                .await
        }
        other => other,
    };
    let CommitListing {
        commits,
        complete,
        unreadable,
    } = listing.map_err(WorkError::Bitbucket)?;
    for error in &unreadable {
        tracing::warn!(repository.name = %repository.full_name, %error, cause = %error.cause(), "a commit of a push could not be read and is left out");
    }
    let listed = commits.len() + unreadable.len();
    if !complete && (unreadable.is_empty() || listed >= MAX_PUSH_COMMITS) {
        tracing::warn!(repository.name = %repository.full_name, commits.count = commits.len(), "a push has more commits than are read");
    }
    Ok(commits)
}

/// What a change does not contain: where the ref pointed before; for a new branch, the main branch.
fn base(repository: &TrackedRepository, change: &PushChange) -> Option<Revision> {
    change
        .old
        .as_ref()
        .map(|old| Revision::from(old.clone()))
        .or_else(|| main_branch(repository, change))
}

/// The main branch, unless it is the one that changed.
fn main_branch(repository: &TrackedRepository, change: &PushChange) -> Option<Revision> {
    let main = repository
        .main_branch
        .as_deref()
        .filter(|main| *main != change.name)?;
    Revision::parse(main).ok()
}

fn range(new: &CommitSha, exclude: Option<Revision>) -> CommitRange {
    CommitRange {
        include: vec![Revision::from(new.clone())],
        exclude: exclude.into_iter().collect(),
        limit: MAX_PUSH_COMMITS,
    }
}

fn is_missing(error: &ApiError) -> bool {
    error.status() == Some(404)
}

/// The commits that a payload holds: none for a deleted ref or a tag.
pub(super) fn sent_commits(change: &PushChange) -> Vec<LoggedCommit> {
    match (&change.new, change.kind) {
        (Some(_), RefKind::Branch) => all_logged(change.commits.clone(), &change.name),
        _ => Vec::new(),
    }
}

fn all_logged(commits: Vec<Commit>, branch: &str) -> Vec<LoggedCommit> {
    let commits = commits.into_iter();
    commits.map(|commit| logged(commit, Some(branch))).collect()
}

/// A commit as it is remembered.
pub(super) fn logged(commit: Commit, branch: Option<&str>) -> LoggedCommit {
    LoggedCommit {
        sha: commit.sha,
        message: commit.message,
        author_name: commit.author.name,
        author_email: commit.author.email,
        author_account_id: commit.author.account_id,
        committed_at: commit.date,
        branch: branch.map(str::to_owned),
    }
}
