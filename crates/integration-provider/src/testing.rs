//! What the tests of this crate share: a fixed clock, counting randomness, and mocks that refuse every call nobody expected.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use bitbucket_api_paths::{CommitSha, RepoFullName, RepoUuid, Workspace, WorkspaceUuid};
use bitbucket_commit_resolver::{Grammar, Policy};
use bitbucket_http_client::{
    ApiError, ApiErrorCause, BitbucketApi, Commit, CommitAuthor, Evidence, Listing,
    MockBitbucketApi, Repository,
};
use bitbucket_jwt_auth::MockReplayGuard;
use bitbucket_jwt_auth::replay::{MemoryReplayGuard, ReplayGuard};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::json;

use crate::connect::ConnectSettings;
use crate::ids::{InstallationId, ReleaseId, RepositoryId};
use crate::integration::{
    AuthorSettings, BuildStatusSettings, Integration, Ports, PullRequestSettings, Settings,
    SyncSettings,
};
use crate::ports::{
    Clock, Consents, Entropy, Installation, InstallationKind, InstallationState, IssueEffect,
    IssueStatus, IssueTracker, LoggedCommit, MockBitbucketConnector, MockCodeMappings,
    MockCommitLog, MockConnectTenants, MockConsents, MockDeliveries, MockEffectLog,
    MockInstallations, MockIssueLinks, MockIssueTracker, MockJobs, MockPendingGrants,
    MockPullRequestLog, MockReleaseLog, MockTrackedRepositories, MockTrackers, ProjectSlug,
    PushPolicy, Release, ReleaseState, RepositoryState, StoredCredential, TrackedRepository,
    TrackerIssue, TrackerName,
};
use crate::releases::ReleaseSettings;
use crate::retry::RetryPolicy;

/// A clock that stands at one moment.
pub(crate) struct Standing(pub(crate) Timestamp);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Randomness that counts, so that every identifier and secret differs and is the same in each run.
#[derive(Default)]
pub(crate) struct Counting(AtomicU8);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
    }
}

/// The moment at which every test runs.
pub(crate) fn now() -> Timestamp {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

/// Mocks of all ports; a test sets expectations on those that it needs.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) installations: MockInstallations,
    pub(crate) repositories: MockTrackedRepositories,
    pub(crate) deliveries: MockDeliveries,
    pub(crate) jobs: MockJobs,
    pub(crate) commits: MockCommitLog,
    pub(crate) effects: MockEffectLog,
    /// What was done to issues before.
    pub(crate) known: Vec<IssueEffect>,
    pub(crate) mappings: MockCodeMappings,
    pub(crate) issue_links: MockIssueLinks,
    pub(crate) pull_requests: MockPullRequestLog,
    pub(crate) releases: MockReleaseLog,
    pub(crate) tenants: MockConnectTenants,
    pub(crate) grants: MockPendingGrants,
    /// Another memory of used tokens than the usual one.
    pub(crate) replay: Option<MockReplayGuard>,
    /// The OAuth consumer, if there is one.
    pub(crate) consents: Option<MockConsents>,
    /// The Connect app, if there is one.
    pub(crate) connect: Option<ConnectSettings>,
    pub(crate) bitbucket: MockBitbucketApi,
    pub(crate) tracker: MockIssueTracker,
    /// Another policy than the usual one with Sentry's grammar.
    pub(crate) policy: Option<Policy>,
    /// Whether pull requests get a comment.
    pub(crate) comments_on_pull_requests: bool,
    /// Whether commits get a build status.
    pub(crate) reports_statuses: bool,
    /// Whether issues are assigned to authors.
    pub(crate) assigns_authors: bool,
    /// Which tags are releases.
    pub(crate) tags: ReleaseSettings,
}

fn replay(other: Option<MockReplayGuard>) -> Arc<dyn ReplayGuard> {
    match other {
        Some(guard) => Arc::new(guard),
        None => Arc::new(MemoryReplayGuard::new(100)),
    }
}

impl World {
    /// A world in which workspace `acme` is connected with an access token.
    pub(crate) fn connected() -> Self {
        let mut world = Self::default();
        world
            .installations
            .expect_find()
            .returning(|id| Ok((id == installation().id).then(installation)));
        world
            .installations
            .expect_list()
            .returning(|| Ok(vec![installation()]));
        world
            .installations
            .expect_credential()
            .returning(|_| Ok(Some(access_token())));
        world
    }

    /// … and repository `acme/rocket` is followed.
    pub(crate) fn following(repository: TrackedRepository) -> Self {
        let mut world = Self::connected();
        let found = repository.clone();
        world
            .repositories
            .expect_find()
            .returning(move |id| Ok((id == found.id).then(|| found.clone())));
        let by_name = repository.clone();
        world
            .repositories
            .expect_by_full_name()
            .returning(move |name| Ok((*name == by_name.full_name).then(|| by_name.clone())));
        world
            .repositories
            .expect_by_uuid()
            .returning(move |_, uuid| Ok((*uuid == repository.uuid).then(|| repository.clone())));
        world
    }

    /// What a test need not expect itself: nothing was done before, and nothing else is there.
    fn expect_the_usual(&mut self) {
        let known = std::mem::take(&mut self.known);
        self.effects
            .expect_around()
            .returning(move |_, _| Ok(known.clone()));
        self.effects.expect_record().returning(|_, _, _| Ok(()));
        self.releases.expect_siblings().returning(|_| Ok(vec![]));
        self.releases.expect_deploys().returning(|_| Ok(vec![]));
        self.commits
            .expect_heads()
            .returning(|_| Ok(std::collections::BTreeMap::new()));
        self.commits.expect_set_heads().returning(|_, _| Ok(()));
        self.bitbucket.expect_branches().returning(|_, _| {
            Ok(Listing {
                values: vec![],
                complete: true,
                ..Listing::default()
            })
        });
        self.pull_requests
            .expect_merged_by()
            .returning(|_, _| Ok(vec![]));
    }

    pub(crate) fn integration(mut self) -> Integration {
        self.expect_the_usual();
        let settings = self.settings();
        let bitbucket: Arc<dyn BitbucketApi> = Arc::new(self.bitbucket);
        let mut connector = MockBitbucketConnector::new();
        connector.expect_forget().returning(|_| ());
        connector
            .expect_connect()
            .returning(move |_, _, _| Ok(Arc::clone(&bitbucket)));
        let tracker: Arc<dyn IssueTracker> = Arc::new(self.tracker);
        let mut trackers = MockTrackers::new();
        trackers
            .expect_tracker()
            .returning(move |name| (name.as_str() == "sentry").then(|| Arc::clone(&tracker)));
        trackers
            .expect_names()
            .returning(|| vec![TrackerName::parse("sentry").unwrap()]);
        let ports = Ports {
            installations: Arc::new(self.installations),
            repositories: Arc::new(self.repositories),
            deliveries: Arc::new(self.deliveries),
            jobs: Arc::new(self.jobs),
            commits: Arc::new(self.commits),
            effects: Arc::new(self.effects),
            mappings: Arc::new(self.mappings),
            issue_links: Arc::new(self.issue_links),
            pull_requests: Arc::new(self.pull_requests),
            releases: Arc::new(self.releases),
            tenants: Arc::new(self.tenants),
            grants: Arc::new(self.grants),
            replay: replay(self.replay),
            bitbucket: Arc::new(connector),
            consents: self
                .consents
                .map(|consents| Arc::new(consents) as Arc<dyn Consents>),
            trackers: Arc::new(trackers),
            clock: Arc::new(Standing(now())),
            entropy: Arc::new(Counting::default()),
        };
        Integration::new(ports, settings)
    }

    /// The usual settings with what this world has of its own.
    fn settings(&mut self) -> Settings {
        let usual = settings();
        Settings {
            policy: self.policy.take().unwrap_or(usual.policy),
            connect: self.connect.take(),
            pull_requests: PullRequestSettings {
                comment: self.comments_on_pull_requests,
            },
            build_status: BuildStatusSettings {
                report: self.reports_statuses,
            },
            releases: std::mem::take(&mut self.tags),
            authors: AuthorSettings {
                assign: self.assigns_authors,
            },
            ..usual
        }
    }
}

pub(crate) fn settings() -> Settings {
    Settings {
        hook_base: "https://hooks.example.com".parse().unwrap(),
        policy: Policy::new(Grammar::sentry()),
        retry: RetryPolicy {
            max_attempts: 3,
            ..RetryPolicy::default()
        },
        lease: std::time::Duration::from_secs(60),
        connect: None,
        sync: SyncSettings::default(),
        pull_requests: PullRequestSettings::default(),
        build_status: BuildStatusSettings::default(),
        releases: ReleaseSettings::default(),
        authors: AuthorSettings::default(),
    }
}

pub(crate) fn access_token() -> StoredCredential {
    StoredCredential::AccessToken {
        token: SecretString::from("a-token"),
    }
}

pub(crate) fn installation() -> Installation {
    Installation {
        id: "0190a5c2-0000-7000-8000-000000000001"
            .parse::<InstallationId>()
            .unwrap(),
        workspace: Workspace::parse("acme").unwrap(),
        workspace_uuid: WorkspaceUuid::parse("{11111111-1111-4111-8111-111111111111}").unwrap(),
        kind: InstallationKind::AccessToken,
        tracker: TrackerName::parse("sentry").unwrap(),
        state: InstallationState::Active,
        created_at: now(),
    }
}

pub(crate) fn rocket() -> TrackedRepository {
    TrackedRepository {
        id: "0190a5c2-0000-7000-8000-000000000002"
            .parse::<RepositoryId>()
            .unwrap(),
        installation: installation().id,
        uuid: rocket_uuid(),
        full_name: RepoFullName::parse("acme/rocket").unwrap(),
        web_url: Some("https://bitbucket.org/acme/rocket".to_owned()),
        main_branch: Some("main".to_owned()),
        projects: vec![ProjectSlug::parse("rocket").unwrap()],
        on_push: PushPolicy::Comment,
        hook: None,
        state: RepositoryState::Active,
        added_at: now(),
    }
}

pub(crate) fn rocket_uuid() -> RepoUuid {
    RepoUuid::parse("{22222222-2222-4222-8222-222222222222}").unwrap()
}

/// A full hash made of one hexadecimal digit.
pub(crate) fn sha(digit: char) -> CommitSha {
    CommitSha::parse(&digit.to_string().repeat(40)).unwrap()
}

/// Repository `acme/rocket` as Bitbucket shows it.
pub(crate) fn shown_repository() -> Repository {
    let shown = json!({
        "uuid": rocket_uuid().as_str(), "full_name": "acme/rocket", "name": "rocket", "mainbranch": {"name": "main", "type": "branch"},
        "links": {"html": {"href": "https://bitbucket.org/acme/rocket"}}
    });
    serde_json::from_value(shown).unwrap()
}

/// A commit as Bitbucket shows it.
pub(crate) fn commit(digit: char, message: &str) -> Commit {
    Commit {
        sha: sha(digit),
        message: message.to_owned(),
        author: CommitAuthor::from_raw("Max Muster <max@example.com>"),
        date: now(),
        parents: vec![],
    }
}

/// A commit as it is remembered.
pub(crate) fn logged_commit(digit: char, message: &str) -> LoggedCommit {
    LoggedCommit {
        sha: sha(digit),
        message: message.to_owned(),
        author_name: Some("Max Muster".to_owned()),
        author_email: Some("max@example.com".to_owned()),
        author_account_id: None,
        committed_at: now(),
        branch: Some("main".to_owned()),
    }
}

/// Issue ROCKET-1A in a project.
pub(crate) fn issue(project: &str, status: IssueStatus) -> TrackerIssue {
    TrackerIssue {
        id: "4711".to_owned(),
        short_id: "ROCKET-1A".to_owned(),
        project: ProjectSlug::parse(project).unwrap(),
        title: "Fuel gauge shows nothing".to_owned(),
        status,
        assigned: false,
        web_url: None,
    }
}

/// Release rocket@1.4.0 as it was just opened.
pub(crate) fn release() -> Release {
    Release {
        id: "0190a5c2-0000-7000-8000-000000000003"
            .parse::<ReleaseId>()
            .unwrap(),
        installation: installation().id,
        repository: rocket().id,
        version: "rocket@1.4.0".to_owned(),
        projects: rocket().projects,
        commit: sha('4'),
        previous: None,
        environment: None,
        state: ReleaseState::Pending,
        commit_count: None,
        issues: vec![],
        warnings: vec![],
        failure: None,
        created_at: now(),
        published_at: None,
    }
}

/// What a call gives when Bitbucket answers with this status.
pub(crate) fn failing(status: u16) -> ApiError {
    let cause = match status {
        401 => ApiErrorCause::Unauthorized,
        403 => ApiErrorCause::Forbidden,
        404 => ApiErrorCause::NotFound,
        555 => ApiErrorCause::TooCostly,
        _ => ApiErrorCause::Unavailable { retry_after: None },
    };
    let mut evidence = Evidence::new("GET", "/2.0/repositories/{workspace}/{repo_slug}");
    evidence.status = Some(status);
    ApiError::new(cause, evidence)
}

pub(crate) fn not_found() -> ApiError {
    failing(404)
}
