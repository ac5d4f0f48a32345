//! An integration on mocks, for the tests of this crate.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bitbucket_commit_resolver::{Grammar, Policy};
use bitbucket_integration_provider::ports::{
    Clock, Deliveries, Installation, InstallationKind, InstallationState, MockApiKeys,
    MockBitbucketConnector, MockCodeMappings, MockCommitLog, MockConnectTenants, MockDeliveries,
    MockEffectLog, MockInstallations, MockIssueLinks, MockJobs, MockListings, MockPendingGrants,
    MockPullRequestLog, MockReleaseLog, MockTrackedRepositories, MockTrackers, PushPolicy,
    RepositoryState, StoreError, TrackedRepository,
};
use bitbucket_integration_provider::{
    AuthorSettings, BuildStatusSettings, HookBase, InstallationId, Integration, Ports,
    PullRequestSettings, ReleaseSettings, RepositoryId, RetryPolicy, Settings, SyncSettings,
};
use bitbucket_jwt_auth::replay::MemoryReplayGuard;
use jiff::Timestamp;
use uuid::Uuid;

use crate::api::Writable;
use crate::clock::SystemEntropy;

/// A clock that stands still until somebody moves it.
#[derive(Debug)]
pub(crate) struct StandingClock(Mutex<Timestamp>);

impl StandingClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new("2026-11-24T10:00:00Z".parse().unwrap())))
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap();
        *now += by;
    }
}

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Takes writes until it is full; counts how often that was tried.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    pub(crate) full: Arc<AtomicBool>,
    pub(crate) tried: Arc<AtomicU32>,
}

#[async_trait]
impl Writable for Disk {
    async fn try_write(&self) -> Result<(), StoreError> {
        self.tried.fetch_add(1, Ordering::SeqCst);
        if self.full.load(Ordering::SeqCst) {
            return Err(store_away());
        }
        Ok(())
    }
}

/// The mocks that an integration stands on. One that is not told what to expect fails the test when it is called.
pub(crate) struct Mocks {
    pub(crate) installations: MockInstallations,
    pub(crate) repositories: MockTrackedRepositories,
    pub(crate) deliveries: MockDeliveries,
    pub(crate) jobs: MockJobs,
    pub(crate) commits: MockCommitLog,
    pub(crate) releases: MockReleaseLog,
    pub(crate) bitbucket: MockBitbucketConnector,
    pub(crate) trackers: MockTrackers,
    pub(crate) listings: MockListings,
    pub(crate) keys: MockApiKeys,
    pub(crate) disk: Disk,
    pub(crate) clock: Arc<StandingClock>,
}

impl Mocks {
    pub(crate) fn new() -> Self {
        Self {
            installations: MockInstallations::new(),
            repositories: MockTrackedRepositories::new(),
            deliveries: MockDeliveries::new(),
            jobs: MockJobs::new(),
            commits: MockCommitLog::new(),
            releases: MockReleaseLog::new(),
            bitbucket: MockBitbucketConnector::new(),
            trackers: MockTrackers::new(),
            listings: MockListings::new(),
            keys: MockApiKeys::new(),
            disk: Disk::default(),
            clock: StandingClock::new(),
        }
    }

    pub(crate) fn integration(mut self) -> Integration {
        let deliveries = Arc::new(std::mem::take(&mut self.deliveries));
        self.integration_with(deliveries)
    }

    /// The same with deliveries that do what no mock can, such as never answer.
    pub(crate) fn integration_with(self, deliveries: Arc<dyn Deliveries>) -> Integration {
        let ports = Ports {
            installations: Arc::new(self.installations),
            repositories: Arc::new(self.repositories),
            deliveries,
            jobs: Arc::new(self.jobs),
            commits: Arc::new(self.commits),
            effects: Arc::new(MockEffectLog::new()),
            mappings: Arc::new(MockCodeMappings::new()),
            issue_links: Arc::new(MockIssueLinks::new()),
            pull_requests: Arc::new(MockPullRequestLog::new()),
            releases: Arc::new(self.releases),
            tenants: Arc::new(MockConnectTenants::new()),
            grants: Arc::new(MockPendingGrants::new()),
            replay: Arc::new(MemoryReplayGuard::new(100)),
            bitbucket: Arc::new(self.bitbucket),
            consents: None,
            trackers: Arc::new(self.trackers),
            clock: self.clock,
            entropy: Arc::new(SystemEntropy::default()),
        };
        let settings = Settings {
            hook_base: HookBase::parse("https://hooks.example.com").unwrap(),
            policy: Policy::new(Grammar::sentry()),
            retry: RetryPolicy::default(),
            lease: Duration::from_secs(60),
            connect: None,
            sync: SyncSettings::default(),
            pull_requests: PullRequestSettings::default(),
            build_status: BuildStatusSettings::default(),
            releases: ReleaseSettings::default(),
            authors: AuthorSettings::default(),
        };
        Integration::new(ports, settings)
    }
}

/// A store that is away, with a reason that must not reach a client.
pub(crate) fn store_away() -> StoreError {
    StoreError::Unavailable(Arc::new(std::io::Error::other("the disk is on fire")))
}

/// When the clock of the mocks begins.
pub(crate) fn now() -> Timestamp {
    StandingClock::new().now()
}

/// A followed repository.
pub(crate) fn tracked(id: RepositoryId) -> TrackedRepository {
    TrackedRepository {
        id,
        installation: InstallationId::from_uuid(Uuid::nil()),
        uuid: "{0190a5c2-0000-4000-8000-000000000000}".parse().unwrap(),
        full_name: "acme/rocket".parse().unwrap(),
        web_url: None,
        main_branch: None,
        projects: Vec::new(),
        on_push: PushPolicy::Comment,
        hook: None,
        state: RepositoryState::Active,
        added_at: now(),
    }
}

/// A connected workspace.
pub(crate) fn installation(id: InstallationId) -> Installation {
    Installation {
        id,
        workspace: "acme".parse().unwrap(),
        workspace_uuid: "{ac3e0000-0000-4000-8000-000000000001}".parse().unwrap(),
        kind: InstallationKind::AccessToken,
        tracker: "sentry".parse().unwrap(),
        state: InstallationState::Active,
        created_at: now(),
    }
}
