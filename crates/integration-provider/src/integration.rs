//! The integration as one value: its ports, its settings, and the operations on them (each in a file of its own).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bitbucket_commit_resolver::Policy;
use bitbucket_http_client::BitbucketApi;
use bitbucket_http_client::policy::Priority;
use bitbucket_jwt_auth::replay::ReplayGuard;

use crate::connect::ConnectSettings;
use crate::hook_base::HookBase;
use crate::ids::{InstallationId, JobId};
use crate::ports::{
    BitbucketConnector, Clock, CodeMappings, CommitLog, ConnectTenants, ConnectorError, Consents,
    Deliveries, EffectLog, Entropy, Installation, Installations, IssueLinks, Jobs, NewJob,
    PendingGrants, PullRequestLog, ReleaseLog, StoreError, TrackedRepositories, Trackers, Work,
};
use crate::releases::ReleaseSettings;
use crate::retry::RetryPolicy;

/// Everything the integration needs from the world.
#[derive(Clone)]
#[expect(
    missing_debug_implementations,
    reason = "ports hold secrets and sockets; there is nothing useful to print"
)]
pub struct Ports {
    /// Connected workspaces.
    pub installations: Arc<dyn Installations>,
    /// Followed repositories.
    pub repositories: Arc<dyn TrackedRepositories>,
    /// Verified deliveries.
    pub deliveries: Arc<dyn Deliveries>,
    /// The durable queue.
    pub jobs: Arc<dyn Jobs>,
    /// Commits that were seen.
    pub commits: Arc<dyn CommitLog>,
    /// What was done to issues.
    pub effects: Arc<dyn EffectLog>,
    /// Where the files of stack traces stand.
    pub mappings: Arc<dyn CodeMappings>,
    /// Which issues at Bitbucket belong to those of the tracker.
    pub issue_links: Arc<dyn IssueLinks>,
    /// Pull requests that were seen.
    pub pull_requests: Arc<dyn PullRequestLog>,
    /// Releases that were asked for.
    pub releases: Arc<dyn ReleaseLog>,
    /// Workspaces that installed the Connect app.
    pub tenants: Arc<dyn ConnectTenants>,
    /// Consents that were asked for.
    pub grants: Arc<dyn PendingGrants>,
    /// Remembers tokens that are good for one call.
    pub replay: Arc<dyn ReplayGuard>,
    /// Makes Bitbucket clients.
    pub bitbucket: Arc<dyn BitbucketConnector>,
    /// The OAuth consumer through which a person agrees, if there is one.
    pub consents: Option<Arc<dyn Consents>>,
    /// The configured trackers.
    pub trackers: Arc<dyn Trackers>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

/// How the integration behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address under which Bitbucket reaches this service.
    pub hook_base: HookBase,
    /// How commit messages are read, and when issues change.
    pub policy: Policy,
    /// How failed jobs are tried again.
    pub retry: RetryPolicy,
    /// For how long a job is claimed at a time.
    pub lease: Duration,
    /// The Connect app, if there is one.
    pub connect: Option<ConnectSettings>,
    /// How repositories are kept in step with Bitbucket.
    pub sync: SyncSettings,
    /// What is done about pull requests.
    pub pull_requests: PullRequestSettings,
    /// What is said on commits.
    pub build_status: BuildStatusSettings,
    /// Which tags are releases.
    pub releases: ReleaseSettings,
    /// Who gets the issues that commits resolve.
    pub authors: AuthorSettings,
}

/// Who gets the issues that commits resolve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AuthorSettings {
    /// Whether an issue that nobody has is assigned to the author of the commit that resolves it, if the tracker knows the author's
    /// e-mail address. Anybody who may push can write any address into a commit.
    pub assign: bool,
}

/// What is done about pull requests, beside following them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PullRequestSettings {
    /// Whether a comment on the pull request lists the issues that it will resolve.
    pub comment: bool,
}

/// What is said on commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BuildStatusSettings {
    /// Whether a build status says on a pushed commit which issues it is about.
    pub report: bool,
}

/// How repositories are kept in step with Bitbucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncSettings {
    /// How often the repositories of a workspace are compared and their hooks are checked.
    pub interval: Duration,
    /// How often a hook gets a new secret.
    pub rotate_every: Duration,
}

impl Default for SyncSettings {
    /// Every hour, and every 30 days.
    fn default() -> Self {
        Self {
            interval: Duration::from_hours(1),
            rotate_every: Duration::from_hours(30 * 24),
        }
    }
}

/// The whole integration. Cheap to clone.
#[derive(Clone)]
pub struct Integration {
    pub(crate) ports: Ports,
    pub(crate) settings: Arc<Settings>,
}

impl fmt::Debug for Integration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Integration")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// A client could not be made for an installation.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum ClientError {
    #[error("the installation's credential is gone")]
    NoCredential,
    #[error("the installation's credential can't be used")]
    Credential(#[source] ConnectorError),
    #[error("the installation's credential can't be read")]
    Store(#[source] StoreError),
}

impl Integration {
    /// Puts an integration together.
    #[must_use]
    pub fn new(ports: Ports, settings: Settings) -> Self {
        Self {
            ports,
            settings: Arc::new(settings),
        }
    }

    /// The ports, for listings.
    #[must_use]
    pub const fn ports(&self) -> &Ports {
        &self.ports
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A client with the installation's credential, whose calls go before or after others by `priority`.
    pub(crate) async fn client(
        &self,
        installation: &Installation,
        priority: Priority,
    ) -> Result<Arc<dyn BitbucketApi>, ClientError> {
        let credential = self
            .ports
            .installations
            .credential(installation.id)
            .await
            .map_err(ClientError::Store)?;
        let credential = credential.ok_or(ClientError::NoCredential)?;
        self.ports
            .bitbucket
            .connect(Some(installation.id), &credential, priority)
            .map_err(ClientError::Credential)
    }

    /// A job that is due now.
    pub(crate) fn job(&self, installation: InstallationId, work: Work) -> NewJob {
        let id = JobId::fresh(self.ports.clock.as_ref(), self.ports.entropy.as_ref());
        NewJob {
            id,
            installation,
            ordering_key: work.ordering_key(installation),
            work,
            run_at: self.ports.clock.now(),
        }
    }
}
