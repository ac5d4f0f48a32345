//! A push: which commits came, and which issues they name.

use bitbucket_api_paths::{CommitSha, RepoRef, Revision};
use bitbucket_commit_resolver::{Action, Occasion, PlanCommit};
use bitbucket_http_client::policy::Priority;
use bitbucket_http_client::{ApiError, BitbucketApi, Commit, CommitListing, CommitRange};

use super::WorkError;
use super::decide::Decision;
use crate::events::{Event, EventRepository, Push, PushChange, RefKind};
use crate::ids::{DeliveryId, RepositoryId};
use crate::integration::Integration;
use crate::ports::{
    Delivery, Installation, LoggedCommit, NewJob, PushPolicy, StoreError, TrackedRepository, Work,
};

/// Most commits of one truncated push that are fetched. A longer push is the import of a history; its releases still get all of theirs.
pub const MAX_PUSH_COMMITS: usize = 1000;

impl Integration {
    pub(super) async fn process_delivery(&self, id: DeliveryId) -> Result<Vec<NewJob>, WorkError> {
        let delivery = self
            .ports
            .deliveries
            .find(id)
            .await?
            .ok_or(WorkError::Gone {
                what: "the delivery",
            })?;
        let installation = self.active_installation(delivery.installation).await?;
        match Event::parse(&delivery.event_key, &delivery.body).map_err(WorkError::Event)? {
            Some(Event::Push(push)) => self.process_push(&installation, &delivery, push).await,
            Some(Event::Updated(named)) => {
                self.refreshed(&delivery, &named).await?;
                Ok(Vec::new())
            }
            Some(Event::Transferred(named)) => self.process_transfer(&delivery, &named).await,
            None => Ok(Vec::new()),
        }
    }

    /// The followed repository that an event names, with the name that it has now.
    async fn refreshed(
        &self,
        delivery: &Delivery,
        named: &EventRepository,
    ) -> Result<Option<TrackedRepository>, WorkError> {
        match self.repository_of(delivery, named).await? {
            Some(repository) => self.follow_rename(repository, named).await.map(Some),
            None => Ok(None),
        }
    }

    /// A repository that moved may be out of our reach: it is checked, once for each such delivery.
    async fn process_transfer(
        &self,
        delivery: &Delivery,
        named: &EventRepository,
    ) -> Result<Vec<NewJob>, WorkError> {
        let Some(repository) = self.refreshed(delivery, named).await? else {
            return Ok(Vec::new());
        };
        let check = Work::CheckRepository {
            repository: repository.id,
            installation: repository.installation,
            round: delivery.received_at.as_millisecond(),
            rotate: false,
        };
        Ok(vec![self.job(repository.installation, check)])
    }

    async fn process_push(
        &self,
        installation: &Installation,
        delivery: &Delivery,
        push: Push,
    ) -> Result<Vec<NewJob>, WorkError> {
        let Some(repository) = self.repository_of(delivery, &push.repository).await? else {
            return Ok(Vec::new());
        };
        let repository = self.follow_rename(repository, &push.repository).await?;
        let mut jobs = Vec::new();
        for change in &push.changes {
            let commits = self.commits_of(installation, &repository, change).await?;
            self.ports
                .commits
                .record(repository.id, &commits, self.ports.clock.now())
                .await?;
            jobs.extend(self.follow_ups(&repository, &change.name, &commits).await?);
        }
        Ok(jobs)
    }

    /// The followed repository a delivery is about; `None` when the workspace's app tells of one that nobody follows.
    async fn repository_of(
        &self,
        delivery: &Delivery,
        named: &EventRepository,
    ) -> Result<Option<TrackedRepository>, WorkError> {
        let Some(id) = delivery.repository else {
            return Ok(self
                .ports
                .repositories
                .by_uuid(delivery.installation, &named.uuid)
                .await?);
        };
        let repository = self.followed_repository(id).await?;
        if repository.uuid == named.uuid {
            Ok(Some(repository))
        } else {
            Err(WorkError::WrongRepository)
        }
    }

    /// A repository is known by its UUID; its name and address are kept as Bitbucket tells them last.
    async fn follow_rename(
        &self,
        mut repository: TrackedRepository,
        named: &EventRepository,
    ) -> Result<TrackedRepository, WorkError> {
        let full_name = named.full_name.as_ref().unwrap_or(&repository.full_name);
        let web_url = named.web_url.as_ref().or(repository.web_url.as_ref());
        if repository.full_name != *full_name || repository.web_url.as_ref() != web_url {
            tracing::info!(repository.old = %repository.full_name, repository.new = %full_name, "repository renamed");
            let (full_name, web_url) = (full_name.clone(), web_url.cloned());
            repository.full_name = full_name;
            repository.web_url = web_url;
            self.ports.repositories.update(&repository).await?;
        }
        Ok(repository)
    }

    /// The commits that a change brought: none for a deleted ref or a tag, those of the payload, or all of them from the API when
    /// the payload was cut.
    async fn commits_of(
        &self,
        installation: &Installation,
        repository: &TrackedRepository,
        change: &PushChange,
    ) -> Result<Vec<LoggedCommit>, WorkError> {
        let (Some(new), RefKind::Branch) = (&change.new, change.kind) else {
            return Ok(Vec::new());
        };
        let commits = if change.truncated {
            let client = self.client(installation, Priority::Normal).await?;
            complete(client.as_ref(), repository, change, new).await?
        } else {
            change.commits.clone()
        };
        Ok(commits
            .into_iter()
            .map(|commit| logged(commit, Some(&change.name)))
            .collect())
    }

    /// The jobs that follow from commits that came to a branch, newest first.
    async fn follow_ups(
        &self,
        repository: &TrackedRepository,
        branch: &str,
        commits: &[LoggedCommit],
    ) -> Result<Vec<NewJob>, StoreError> {
        if repository.on_push == PushPolicy::Record {
            return Ok(Vec::new());
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
        Ok(works
            .map(|work| self.job(repository.installation, work))
            .collect())
    }
}

/// A commit as the plan sees it.
fn planned(commit: &LoggedCommit) -> PlanCommit<'_> {
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
    if !complete && unreadable.is_empty() {
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
