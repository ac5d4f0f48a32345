//! A build status on a commit: which issues it is about.

use bitbucket_api_paths::{CommitSha, RepoRef, StatusKey};
use bitbucket_commit_resolver::{Occasion, PlanCommit};
use bitbucket_http_client::policy::Priority;
use bitbucket_http_client::{NewCommitStatus, StatusState};

use super::WorkError;
use super::push::planned;
use crate::ids::RepositoryId;
use crate::integration::Integration;
use crate::ports::{LoggedCommit, NewJob, TrackedRepository, TrackerIssue, Work};

/// By this key Bitbucket knows our status of a commit: another one replaces it.
const KEY: &str = "tracker-issues";

/// Longest description, in characters.
const LONGEST_DESCRIPTION: usize = 255;

impl Integration {
    /// One job for each commit that names issues, if such commits get a status.
    pub(super) fn status_jobs(
        &self,
        repository: &TrackedRepository,
        branch: &str,
        commits: &[LoggedCommit],
    ) -> Vec<NewJob> {
        if !self.settings.build_status.report {
            return Vec::new();
        }
        let naming = |commit: &&LoggedCommit| {
            let alone: [PlanCommit<'_>; 1] = [planned(commit)];
            let asked = self.asked(&repository.projects, &alone, Occasion::Push { branch });
            !asked.is_empty()
        };
        let jobs = commits.iter().filter(naming).map(|commit| {
            let work = Work::ReportStatus {
                repository: repository.id,
                commit: commit.sha.clone(),
            };
            self.job(repository.installation, work)
        });
        jobs.collect()
    }

    /// Reports the status. The same commit again replaces it by the same.
    pub(super) async fn report_status(
        &self,
        repository: RepositoryId,
        sha: &CommitSha,
    ) -> Result<Vec<NewJob>, WorkError> {
        let repository = self.followed_repository(repository).await?;
        let installation = self.active_installation(repository.installation).await?;
        let tracker = self.tracker_of(&installation)?;
        let commit = self.recorded_commit(repository.id, sha).await?;
        let branch = commit.branch.as_deref().unwrap_or_default();
        let asked = self.asked(
            &repository.projects,
            &[planned(&commit)],
            Occasion::Push { branch },
        );
        let asked: Vec<String> = asked.into_iter().map(|one| one.short_id).collect();
        let issues = self
            .permitted_issues(tracker.as_ref(), &asked, &repository.projects)
            .await?;
        let Some(status) = status(&repository, &commit, &issues) else {
            return Ok(Vec::new());
        };
        let client = self.client(&installation, Priority::Normal).await?;
        let at = RepoRef::from(repository.uuid.clone());
        let reported = client.report_status(&at, sha, &status).await;
        reported.map_err(WorkError::Bitbucket)?;
        Ok(Vec::new())
    }
}

/// What is said of a commit; nothing when the tracker knows none of its issues.
fn status(
    repository: &TrackedRepository,
    commit: &LoggedCommit,
    issues: &[TrackerIssue],
) -> Option<NewCommitStatus> {
    let first = issues.first()?;
    let page = || {
        let base = repository.web_url.clone();
        let base =
            base.unwrap_or_else(|| format!("https://bitbucket.org/{}", repository.full_name));
        format!("{base}/commits/{}", commit.sha)
    };
    let named: Vec<String> = issues
        .iter()
        .map(|issue| format!("{}: {}", issue.short_id, issue.title))
        .collect();
    let named = named.join("; ");
    let name = match issues.len() {
        1 => "1 tracked issue".to_owned(),
        count => format!("{count} tracked issues"),
    };
    Some(NewCommitStatus {
        key: StatusKey::parse(KEY).ok()?,
        state: StatusState::Successful,
        name,
        url: first.web_url.clone().unwrap_or_else(page),
        description: named.chars().take(LONGEST_DESCRIPTION).collect(),
        refname: commit.branch.clone(),
    })
}
