//! Publishing a release: which commits are in it, which files they changed, and which issues they name.

use bitbucket_api_paths::CommitSha;
use bitbucket_commit_resolver::{Action, Occasion, PlanCommit};
use bitbucket_http_client::policy::Priority;
use bitbucket_http_client::{BitbucketApi, Commit};

use super::WorkError;
use super::decide::{Decided, Decision};
use super::push::{logged, work};
use super::release_part::Part;
use crate::ids::ReleaseId;
use crate::integration::Integration;
use crate::ports::{
    Capability, NewJob, Release, ReleaseState, ReleasedCommit, StoreError, TrackedRepository,
    TrackerRelease, Work,
};

impl Integration {
    /// Gives a release to the tracker. The tracker keeps one release of each version: what other repositories bring into it goes along.
    pub(super) async fn publish_release(&self, id: ReleaseId) -> Result<Vec<NewJob>, WorkError> {
        let release = self.ports.releases.find(id).await?.ok_or(WorkError::Gone {
            what: "the release",
        })?;
        let installation = self.active_installation(release.installation).await?;
        let tracker = self.tracker_of(&installation)?;
        if !tracker.capabilities().has(Capability::Release) {
            return Err(WorkError::Tracker(
                crate::ports::TrackerError::Unsupported { what: "releases" },
            ));
        }
        let client = self.client(&installation, Priority::Normal).await?;
        let mut own = self.gather(client.as_ref(), release).await?;
        let decided = self.decide_for(&own.release, &own.commits).await?;
        self.remember(&own.repository, &own.commits).await?;
        let others = self.others(client.as_ref(), &mut own.release).await?;
        let mut release = own.release.clone();
        let published = tracker.publish(&tracker_release(own, others)).await?;
        release.warnings.extend(published.warnings);
        self.finish(release, decided).await
    }

    /// What other repositories bring into the same version. What one of them can't give is said by its own release.
    async fn others(
        &self,
        client: &dyn BitbucketApi,
        release: &mut Release,
    ) -> Result<Vec<Part>, WorkError> {
        let mut parts = Vec::new();
        for sibling in self.ports.releases.siblings(release).await? {
            let commit = sibling.commit.clone();
            let reason = match sibling.failure.clone() {
                Some(failure) if sibling.state == ReleaseState::Failed => failure.message,
                _ => match self.gather(client, sibling).await {
                    Ok(part) => {
                        parts.push(part);
                        continue;
                    }
                    Err(error) if error.is_retryable() => return Err(error),
                    Err(error) => error.to_string(),
                },
            };
            release.warnings.push(format!(
                "what another repository brings at {commit} is left out: {reason}"
            ));
        }
        Ok(parts)
    }

    /// What the release's commits, newest first, do to issues. A commit that merged a pull request speaks for it, too.
    async fn decide_for(
        &self,
        release: &Release,
        commits: &[Commit],
    ) -> Result<Decided, StoreError> {
        let said = self.said_by(release, commits).await?;
        let oldest_first: Vec<PlanCommit<'_>> = commits
            .iter()
            .zip(&said)
            .rev()
            .map(|(commit, message)| PlanCommit {
                sha: commit.sha.as_str(),
                message,
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

    /// The message of each commit, with the text of the pull request that it merged.
    async fn said_by(
        &self,
        release: &Release,
        commits: &[Commit],
    ) -> Result<Vec<String>, StoreError> {
        let shas: Vec<CommitSha> = commits.iter().map(|commit| commit.sha.clone()).collect();
        let log = &self.ports.pull_requests;
        let merged = log.merged_by(release.repository, &shas).await?;
        let text_of = |commit: &Commit| {
            let merged = merged
                .iter()
                .find(|merged| merged.merge_commit.as_ref() == Some(&commit.sha))?;
            Some(format!("{}\n\n{}", commit.message, merged.text()))
        };
        let said = commits.iter();
        Ok(said
            .map(|commit| text_of(commit).unwrap_or_else(|| commit.message.clone()))
            .collect())
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
        let mut jobs: Vec<NewJob> = works
            .map(|work| self.job(release.installation, work))
            .collect();
        jobs.extend(self.deploy_jobs(&release).await?);
        Ok(jobs)
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

/// The union of what all repositories bring; it belongs to the projects of all of them.
fn tracker_release(own: Part, others: Vec<Part>) -> TrackerRelease {
    let web_url = own
        .repository
        .web_url
        .as_deref()
        .map(|base| format!("{base}/commits/{}", own.release.commit));
    let mut release = TrackerRelease {
        version: own.release.version.clone(),
        projects: Vec::new(),
        web_url,
        commits: Vec::new(),
        released_at: Some(own.release.created_at),
    };
    for part in std::iter::once(own).chain(others) {
        let Part {
            release: Release { projects, .. },
            repository,
            commits,
            mut changes,
        } = part;
        let new = projects
            .into_iter()
            .filter(|project| !release.projects.contains(project));
        let new: Vec<_> = new.collect();
        release.projects.extend(new);
        let name = repository.full_name.to_string().to_lowercase();
        let released = commits.into_iter().map(|commit| ReleasedCommit {
            repository: name.clone(),
            changes: changes.remove(&commit.sha),
            sha: commit.sha,
            message: commit.message,
            author_name: commit.author.name,
            author_email: commit.author.email,
            committed_at: commit.date,
        });
        release.commits.extend(released);
    }
    release
}
