//! What the integration needs from the world, one trait a job; implemented by a store, a tracker adapter, a test.
//!
//! Every trait is object-safe and has a generated mock behind the feature `mock`.

mod api_keys;
mod bitbucket;
mod clock;
mod commits;
mod consents;
mod deliveries;
mod effects;
mod entropy;
mod error;
mod grants;
mod installations;
mod issue_links;
mod jobs;
mod listings;
mod mappings;
mod ordering;
mod pull_requests;
mod releases;
mod repositories;
mod retention;
mod schedules;
mod tenants;
mod trackers;

pub use api_keys::{ApiKeyDigest, ApiKeyRecord, ApiKeys, ApiScope};
pub use bitbucket::{BitbucketConnector, ConnectorError};
pub use clock::Clock;
pub use commits::{CommitLog, Learned, LoggedCommit};
pub use consents::Consents;
pub use deliveries::{Acceptance, Deliveries, Delivery, DeliverySource};
pub use effects::{EffectLog, IssueEffect};
pub use entropy::{Entropy, fresh_secret};
pub use error::StoreError;
pub use grants::{PendingGrant, PendingGrants, StateDigest};
pub use installations::{
    Installation, InstallationKind, InstallationState, Installations, StoredCredential,
};
pub use issue_links::{Begun, IssueCreation, IssueLink, IssueLinks, Linked, LinksOf};
pub use jobs::{Failure, Job, JobCounts, JobState, JobSummary, Jobs, Lease, NewJob, Work};
pub use listings::{DeliverySummary, Listed, Listings, Page, Position, Reference, ReferencesOf};
pub use mappings::{CodeMapping, CodeMappings};
pub use ordering::{LONGEST_HOLD, MOST_HOLDS, OrderingKey, Place};
pub use pull_requests::{PullRequestLog, PullRequestStanding, TrackedPullRequest};
pub use releases::{Deploy, NewDeploy, Opened, Release, ReleaseLog, ReleaseState};
pub use repositories::{Hook, PushPolicy, RepositoryState, TrackedRepositories, TrackedRepository};
pub use retention::Retention;
pub use schedules::{Round, Schedule, ScheduleStanding, Schedules};
pub use tenants::{ConnectTenant, ConnectTenants, TenantState};
pub use trackers::{
    Capabilities, Capability, InvalidName, IssueChange, IssueStatus, IssueTracker, ProjectSlug,
    PublishedRelease, ReleasedCommit, TrackerDeploy, TrackerError, TrackerIssue, TrackerName,
    TrackerRelease, Trackers,
};

#[cfg(any(test, feature = "mock"))]
pub use api_keys::MockApiKeys;
#[cfg(any(test, feature = "mock"))]
pub use bitbucket::MockBitbucketConnector;
#[cfg(any(test, feature = "mock"))]
pub use clock::MockClock;
#[cfg(any(test, feature = "mock"))]
pub use commits::MockCommitLog;
#[cfg(any(test, feature = "mock"))]
pub use consents::MockConsents;
#[cfg(any(test, feature = "mock"))]
pub use deliveries::MockDeliveries;
#[cfg(any(test, feature = "mock"))]
pub use effects::MockEffectLog;
#[cfg(any(test, feature = "mock"))]
pub use entropy::MockEntropy;
#[cfg(any(test, feature = "mock"))]
pub use grants::MockPendingGrants;
#[cfg(any(test, feature = "mock"))]
pub use installations::MockInstallations;
#[cfg(any(test, feature = "mock"))]
pub use issue_links::MockIssueLinks;
#[cfg(any(test, feature = "mock"))]
pub use jobs::MockJobs;
#[cfg(any(test, feature = "mock"))]
pub use listings::MockListings;
#[cfg(any(test, feature = "mock"))]
pub use mappings::MockCodeMappings;
#[cfg(any(test, feature = "mock"))]
pub use pull_requests::MockPullRequestLog;
#[cfg(any(test, feature = "mock"))]
pub use releases::MockReleaseLog;
#[cfg(any(test, feature = "mock"))]
pub use repositories::MockTrackedRepositories;
#[cfg(any(test, feature = "mock"))]
pub use retention::MockRetention;
#[cfg(any(test, feature = "mock"))]
pub use schedules::MockSchedules;
#[cfg(any(test, feature = "mock"))]
pub use tenants::MockConnectTenants;
#[cfg(any(test, feature = "mock"))]
pub use trackers::{MockIssueTracker, MockTrackers};
