//! A pull request: what became of it, which issues it names, and what its merge does to them.

use bitbucket_api_paths::RepoRef;
use bitbucket_commit_resolver::{Action, Occasion, PlanCommit};
use bitbucket_http_client::policy::Priority;
use bitbucket_http_client::{BitbucketApi, Commit, PullRequest, PullRequestState};

use super::WorkError;
use super::decide::Decision;
use super::push::{logged, work};
use crate::events::PullRequestEvent;
use crate::integration::Integration;
use crate::ports::{
    Delivery, Installation, NewJob, PullRequestStanding, PushPolicy, TrackedPullRequest,
    TrackedRepository, Work,
};

/// Most commits of a pull request whose messages are read.
pub const MAX_PULL_REQUEST_COMMITS: usize = 250;

/// What Bitbucket says of a pull request beside the event.
struct Seen {
    /// Its commits, oldest first.
    commits: Vec<Commit>,
    /// The commit that merged it.
    merge: Option<Commit>,
}

impl Integration {
    pub(super) async fn process_pull_request(
        &self,
        installation: &Installation,
        delivery: &Delivery,
        event: PullRequestEvent,
    ) -> Result<Vec<NewJob>, WorkError> {
        let Some(repository) = self.refreshed(delivery, &event.repository).await? else {
            return Ok(Vec::new());
        };
        let client = self.client(installation, Priority::Normal).await?;
        let seen = seen(client.as_ref(), &repository, &event.pull_request).await?;
        let mut tracked = self.tracked(&repository, &seen, event.pull_request);
        if event_is_undated(&tracked) {
            tracked.updated_at = delivery.received_at;
        }
        if !self.ports.pull_requests.record(&tracked).await? {
            tracing::info!(repository.name = %repository.full_name, pull_request.id = %tracked.id, "a later state of this pull request is known");
            return Ok(Vec::new());
        }
        let mut jobs = self.comment_job(&repository, &tracked).await?;
        if let Some(merge) = seen.merge {
            jobs.extend(
                self.merged(&repository, &tracked, &seen.commits, merge)
                    .await?,
            );
        }
        Ok(jobs)
    }

    fn tracked(
        &self,
        repository: &TrackedRepository,
        seen: &Seen,
        shown: PullRequest,
    ) -> TrackedPullRequest {
        let policy = self.policy_for(&repository.projects);
        let grammar = policy.grammar();
        let names = |message: &&str| {
            !grammar.is_skipped(message) && !grammar.references(message).is_empty()
        };
        let messages = seen.commits.iter().map(|commit| commit.message.as_str());
        let mut tracked = TrackedPullRequest {
            repository: repository.id,
            id: shown.id,
            title: shown.title,
            description: shown.description,
            messages: messages.filter(names).map(str::to_owned).collect(),
            issues: Vec::new(),
            author: shown.author.map(|author| author.display_name),
            state: standing(&shown.state),
            source_branch: shown.source.branch,
            destination_branch: shown.destination.branch,
            merge_commit: seen.merge.as_ref().map(|merge| merge.sha.clone()),
            web_url: shown.html_url,
            updated_at: shown.updated_on.unwrap_or(jiff::Timestamp::UNIX_EPOCH),
        };
        tracked.issues = self.resolved_by(repository, &tracked.text());
        tracked
    }

    /// The issues that a text asks to resolve, as short ids.
    fn resolved_by(&self, repository: &TrackedRepository, text: &str) -> Vec<String> {
        let said = PlanCommit {
            sha: "",
            message: text,
        };
        let asked = self.asked(&repository.projects, &[said], Occasion::Release);
        let resolved = asked
            .into_iter()
            .filter(|decision| decision.action == Action::Resolve);
        resolved.map(|decision| decision.short_id).collect()
    }

    /// The comment is brought up to date for each state of the pull request that is stored.
    async fn comment_job(
        &self,
        repository: &TrackedRepository,
        tracked: &TrackedPullRequest,
    ) -> Result<Vec<NewJob>, WorkError> {
        if !self.settings.pull_requests.comment {
            return Ok(Vec::new());
        }
        let commented = self.ports.pull_requests.comment(repository.id, tracked.id);
        if tracked.issues.is_empty() && commented.await?.is_none() {
            return Ok(Vec::new());
        }
        let comment = Work::CommentOnPullRequest {
            repository: repository.id,
            pull_request: tracked.id,
            version: tracked.updated_at.as_millisecond(),
        };
        Ok(vec![self.job(repository.installation, comment)])
    }

    /// What a merge asks for by the pull request's own text. What its commits say is told by the push that the merge is.
    async fn merged(
        &self,
        repository: &TrackedRepository,
        tracked: &TrackedPullRequest,
        commits: &[Commit],
        merge: Commit,
    ) -> Result<Vec<NewJob>, WorkError> {
        let branch = tracked.destination_branch.as_deref().unwrap_or_default();
        let occasion = Occasion::Push { branch };
        let pushed = self.pushed_by_merge(repository, commits, &merge, occasion);
        let text = tracked.text();
        let said = PlanCommit {
            sha: merge.sha.as_str(),
            message: &text,
        };
        let merge = logged(merge.clone(), Some(branch).filter(|name| !name.is_empty()));
        let now = self.ports.clock.now();
        self.ports
            .commits
            .record(repository.id, &[merge], now)
            .await?;
        if repository.on_push == PushPolicy::Record {
            return Ok(Vec::new());
        }
        let decided = self
            .decide(repository.id, &repository.projects, &[said], occasion)
            .await?;
        let told = |decision: &Decision| {
            pushed.iter().any(|other| {
                other.short_id == decision.short_id
                    && (other.action == decision.action || decision.action == Action::Reference)
            })
        };
        let works = decided
            .effects
            .into_iter()
            .filter(|decision| !told(decision))
            .filter_map(|decision| work(repository.id, decision));
        Ok(works
            .map(|work| self.job(repository.installation, work))
            .collect())
    }

    /// What is asked for by the commits that the merge pushes to the destination: all of them with a merge commit or a fast-forward,
    /// the merge's own when they were squashed.
    fn pushed_by_merge(
        &self,
        repository: &TrackedRepository,
        commits: &[Commit],
        merge: &Commit,
        occasion: Occasion<'_>,
    ) -> Vec<Decision> {
        let fast_forward = commits.iter().any(|commit| commit.sha == merge.sha);
        let kept = if fast_forward || merge.parents.len() > 1 {
            commits
        } else {
            &[]
        };
        let all: Vec<PlanCommit<'_>> = kept
            .iter()
            .filter(|commit| commit.sha != merge.sha)
            .chain(std::iter::once(merge))
            .map(|commit| PlanCommit {
                sha: commit.sha.as_str(),
                message: &commit.message,
            })
            .collect();
        self.asked(&repository.projects, &all, occasion)
    }
}

/// Bitbucket always dates a pull request; without a date the time of its delivery stands in.
fn event_is_undated(tracked: &TrackedPullRequest) -> bool {
    tracked.updated_at == jiff::Timestamp::UNIX_EPOCH
}

/// The commits of a pull request and its merge. What Bitbucket does not show any more, such as the commits of a deleted fork, is left out.
async fn seen(
    client: &dyn BitbucketApi,
    repository: &TrackedRepository,
    shown: &PullRequest,
) -> Result<Seen, WorkError> {
    let at = RepoRef::from(repository.uuid.clone());
    let commits = match client
        .pull_request_commits(&at, shown.id, MAX_PULL_REQUEST_COMMITS)
        .await
    {
        Ok(listing) => listing.values,
        Err(error) if error.status() == Some(404) => Vec::new(),
        Err(error) => return Err(WorkError::Bitbucket(error)),
    };
    let merge = match (&shown.state, &shown.merge_commit) {
        (PullRequestState::Merged, Some(merge)) => match client.commit(&at, merge).await {
            Ok(commit) => Some(commit),
            Err(error) if error.status() == Some(404) => {
                tracing::warn!(repository.name = %repository.full_name, pull_request.id = %shown.id, "the commit that merged a pull request is gone");
                None
            }
            Err(error) => return Err(WorkError::Bitbucket(error)),
        },
        _ => None,
    };
    Ok(Seen {
        commits: commits.into_iter().rev().collect(),
        merge,
    })
}

/// A state that Bitbucket added since leaves the pull request open.
const fn standing(state: &PullRequestState) -> PullRequestStanding {
    match state {
        PullRequestState::Merged => PullRequestStanding::Merged,
        PullRequestState::Declined => PullRequestStanding::Declined,
        PullRequestState::Superseded => PullRequestStanding::Superseded,
        PullRequestState::Open | PullRequestState::Other(_) => PullRequestStanding::Open,
    }
}
