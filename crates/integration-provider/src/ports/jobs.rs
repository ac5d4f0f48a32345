//! The durable queue: work, leases, retries, dead letters.

use std::time::Duration;

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, PullRequestId};
use bitbucket_commit_resolver::Action;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Learned, OrderingKey, Place, StoreError};
use crate::ids::{DeliveryId, InstallationId, JobId, LinkId, ReleaseId, RepositoryId};

/// What is to be done. Stored as JSON; a new variant must not change an old one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "work", rename_all = "snake_case")]
pub enum Work {
    /// Turn a stored delivery into effects.
    ProcessDelivery {
        /// Which delivery.
        delivery: DeliveryId,
    },
    /// Tell an issue which commit names it.
    CommentOnIssue {
        /// The repository of the commit.
        repository: RepositoryId,
        /// The commit that names the issue.
        commit: CommitSha,
        /// The issue's short id, as the tracker spells it.
        short_id: String,
    },
    /// Gather the commits of a release and give them to the tracker.
    PublishRelease {
        /// Which release.
        release: ReleaseId,
    },
    /// Tell the tracker where a published release was deployed.
    RecordDeploy {
        /// One of the releases of this version.
        release: ReleaseId,
        /// Whose.
        installation: InstallationId,
        /// The version: one deploy of it is told once, however many repositories it was built from.
        version: String,
        /// Where to.
        environment: String,
        /// Which deploy of the release to this environment, from 2; `None`: the first one.
        number: Option<u32>,
    },
    /// Change an issue's status because of a commit, without regard to releases.
    ChangeIssue {
        /// The repository of the commit.
        repository: RepositoryId,
        /// The commit that asks for it.
        commit: CommitSha,
        /// The issue's short id, as the tracker spells it.
        short_id: String,
        /// What the commit asks for.
        action: Action,
    },
    /// Make the tracker resolve an issue in a published release.
    ResolveIssue {
        /// The release that contains the commit.
        release: ReleaseId,
        /// The commit that names the issue.
        commit: CommitSha,
        /// The issue's short id, as the tracker spells it.
        short_id: String,
    },
    /// Say on a pull request which issues it will resolve, or bring up to date what was said.
    CommentOnPullRequest {
        /// The repository that it is to be merged into.
        repository: RepositoryId,
        /// Its number.
        pull_request: PullRequestId,
        /// The state of it that asks for this, as Bitbucket's time of it in milliseconds.
        version: i64,
    },
    /// Say on a commit which issues it is about, as a build status.
    ReportStatus {
        /// The repository of the commit.
        repository: RepositoryId,
        /// The commit.
        commit: CommitSha,
    },
    /// Tell the error tracker's issue which issue at Bitbucket belongs to it.
    TellOfLink {
        /// Which link.
        link: LinkId,
    },
    /// Say something on the issue at Bitbucket.
    CommentOnLinkedIssue {
        /// Which link.
        link: LinkId,
        /// Tells one text from another.
        digest: String,
        /// What is said.
        text: String,
    },
    /// Find out what became of an issue that Bitbucket was asked to create, if nobody knows it yet.
    SettleCreation {
        /// Which link it is to become.
        link: LinkId,
    },
    /// Compare the followed repositories of a workspace with those that Bitbucket shows.
    SyncRepositories {
        /// Whose.
        installation: InstallationId,
        /// Tells one time from the next.
        round: i64,
    },
    /// Make sure that a repository is there, has its hook, and belongs to an installation that is in use.
    CheckRepository {
        /// Which.
        repository: RepositoryId,
        /// The installation that it belongs to, or shall belong to when nobody owns it.
        installation: InstallationId,
        /// Tells one time from the next.
        round: i64,
        /// Whether its hook gets a new secret.
        #[serde(default)]
        rotate: bool,
    },
}

impl Work {
    /// A stable name for metrics and listings.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ProcessDelivery { .. } => "process_delivery",
            Self::CommentOnIssue { .. } => "comment_on_issue",
            Self::PublishRelease { .. } => "publish_release",
            Self::RecordDeploy { .. } => "record_deploy",
            Self::ChangeIssue { .. } => "change_issue",
            Self::ResolveIssue { .. } => "resolve_issue",
            Self::CommentOnPullRequest { .. } => "comment_on_pull_request",
            Self::ReportStatus { .. } => "report_status",
            Self::TellOfLink { .. } => "tell_of_link",
            Self::CommentOnLinkedIssue { .. } => "comment_on_linked_issue",
            Self::SettleCreation { .. } => "settle_creation",
            Self::SyncRepositories { .. } => "sync_repositories",
            Self::CheckRepository { .. } => "check_repository",
        }
    }

    /// What makes this the same work when it is asked for again.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::ProcessDelivery { delivery } => format!("process_delivery:{delivery}"),
            Self::CommentOnIssue {
                repository,
                commit,
                short_id,
            } => format!("comment_on_issue:{repository}:{commit}:{short_id}"),
            Self::PublishRelease { release } => format!("publish_release:{release}"),
            Self::RecordDeploy {
                installation,
                version,
                environment,
                number,
                ..
            } => {
                let again = number.map_or_else(String::new, |number| format!("{number}:"));
                format!("record_deploy:{again}{installation}:{environment}:{version}")
            }
            Self::ChangeIssue {
                repository,
                commit,
                short_id,
                action,
            } => format!("change_issue:{repository}:{commit}:{short_id}:{action}"),
            Self::ResolveIssue {
                release, short_id, ..
            } => format!("resolve_issue:{release}:{short_id}"),
            Self::CommentOnPullRequest {
                repository,
                pull_request,
                version,
            } => format!("comment_on_pull_request:{repository}:{pull_request}:{version}"),
            Self::ReportStatus { repository, commit } => {
                format!("report_status:{repository}:{commit}")
            }
            Self::TellOfLink { link } => format!("tell_of_link:{link}"),
            Self::CommentOnLinkedIssue { link, digest, .. } => {
                format!("comment_on_linked_issue:{link}:{digest}")
            }
            Self::SettleCreation { link } => format!("settle_creation:{link}"),
            Self::SyncRepositories {
                installation,
                round,
            } => format!("sync_repositories:{installation}:{round}"),
            Self::CheckRepository {
                repository,
                installation,
                round,
                ..
            } => format!("check_repository:{repository}:{installation}:{round}"),
        }
    }
}

/// A job that is to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Our identifier.
    pub id: JobId,
    /// The installation on whose behalf it runs.
    pub installation: InstallationId,
    /// What is to be done. Its key is unique: a second job with the same key is not stored.
    pub work: Work,
    /// Not before this time.
    pub run_at: Timestamp,
    /// Jobs with the same key are done one after the other; those without are done side by side.
    pub ordering_key: Option<OrderingKey>,
}

/// The right to work on a job until a time. A lease that ran out may be given to somebody else; the token tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub job: JobId,
    /// Grows with every claim of the job, so that a stale holder can't finish it.
    pub token: i64,
}

/// A claimed job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The right to finish it.
    pub lease: Lease,
    /// The installation on whose behalf it runs.
    pub installation: InstallationId,
    /// What is to be done.
    pub work: Work,
    /// How often it was claimed, this time included: 1 at first.
    pub attempt: u32,
}

/// Why a job did not succeed. Never holds a secret or a payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// A stable name.
    pub code: String,
    /// For a person.
    pub message: String,
}

/// Where a job is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waiting for its time, at first or after a failure.
    Ready,
    /// Claimed under a lease.
    Running,
    /// Finished.
    Done,
    /// Given up; can be replayed.
    Dead,
}

impl JobState {
    /// The word that is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }

    /// All states, in the order of a job's life.
    pub const ALL: [Self; 4] = [Self::Ready, Self::Running, Self::Done, Self::Dead];
}

/// A job as a listing shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobSummary {
    /// The job.
    pub id: JobId,
    /// The installation on whose behalf it runs.
    pub installation: InstallationId,
    /// What is to be done.
    pub work: Work,
    /// Where it is in its life.
    pub state: JobState,
    /// How often it was claimed.
    pub attempts: u32,
    /// Not before this time.
    pub run_at: Timestamp,
    /// Why it failed last, if it did.
    pub last_failure: Option<Failure>,
}

/// How many jobs are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JobCounts {
    /// Waiting.
    pub ready: u64,
    /// Claimed.
    pub running: u64,
    /// Finished.
    pub done: u64,
    /// Given up.
    pub dead: u64,
}

/// The durable queue.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Jobs: Send + Sync {
    /// Stores those jobs whose key is new, all or nothing; says how many that were.
    async fn enqueue(&self, jobs: &[NewJob]) -> Result<usize, StoreError>;

    /// Claims up to `limit` jobs that are due or whose lease ran out, oldest due first, each for `lease_for`. Of the jobs with one
    /// ordering key only the first that is neither done nor given up is claimed.
    async fn claim(
        &self,
        now: Timestamp,
        lease_for: Duration,
        limit: usize,
    ) -> Result<Vec<Job>, StoreError>;

    /// Keeps a lease until `now + lease_for`.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the job is somebody else's now.
    async fn extend(
        &self,
        lease: Lease,
        now: Timestamp,
        lease_for: Duration,
    ) -> Result<(), StoreError>;

    /// Finishes a job and stores what follows from it, all or nothing.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the job is somebody else's now; nothing is stored then.
    async fn complete(
        &self,
        lease: Lease,
        now: Timestamp,
        follow_ups: &[NewJob],
    ) -> Result<(), StoreError>;

    /// Finishes the job of a push and stores what it told and what follows from it, all or nothing: one write instead of three.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the job is somebody else's now; nothing is stored then.
    async fn complete_push(
        &self,
        lease: Lease,
        now: Timestamp,
        learned: &Learned,
        follow_ups: &[NewJob],
    ) -> Result<(), StoreError>;

    /// Puts a job back until `run_at`, in its place among those with the same ordering key or out of it.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the job is somebody else's now.
    async fn retry(
        &self,
        lease: Lease,
        run_at: Timestamp,
        place: Place,
        failure: &Failure,
    ) -> Result<(), StoreError>;

    /// Gives a job up; it stays with its reason until somebody replays it.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the job is somebody else's now.
    async fn bury(&self, lease: Lease, now: Timestamp, failure: &Failure)
    -> Result<(), StoreError>;

    /// Puts a dead job back into the queue with no attempts; says whether there was such a dead job. It has lost its place in the order.
    async fn replay(&self, id: JobId, now: Timestamp) -> Result<bool, StoreError>;

    /// Lets go of up to `limit` jobs that wait in their order though nothing is before them; says how many there were. There are some after a
    /// program that knew no order worked on the same data.
    async fn release_stranded(&self, limit: usize) -> Result<u64, StoreError>;

    /// When the next job will be due, running ones by the end of their lease.
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Up to `limit` jobs, newest first, of one state or of all.
    async fn list(
        &self,
        state: Option<JobState>,
        limit: usize,
    ) -> Result<Vec<JobSummary>, StoreError>;

    /// How many jobs there are.
    async fn counts(&self) -> Result<JobCounts, StoreError>;
}
