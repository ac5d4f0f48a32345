//! Sentry behind the port: one operation per file.

mod answer;
mod assign;
mod change;
mod client;
mod comment;
mod deploy;
mod excerpt;
mod find;
pub(crate) mod limits;
mod organization;
mod probe;
mod publish;
mod resolve;
mod wire;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bitbucket_commit_resolver::ShortId;
use bitbucket_http_client::policy::Retry;
use bitbucket_http_client::{BaseUrl, Clock, Transport};
use bitbucket_integration_provider::ports::{
    Capabilities, Capability, IssueChange, IssueTracker, PublishedRelease, TrackerDeploy,
    TrackerError, TrackerIssue, TrackerRelease,
};
use secrecy::SecretString;

use self::client::Client;
pub use self::organization::{InvalidOrganization, OrganizationSlug};

/// One organization of a Sentry, hosted or self-hosted, through its public API.
///
/// The token needs the rights `org:read`, `project:releases`, `event:read` and `event:write`: that of an internal integration. An
/// organization token (`sntrys_…`) can publish releases and nothing else.
#[derive(Clone)]
pub struct SentryTracker {
    client: Client,
}

impl SentryTracker {
    /// A tracker at `base`, the address of the Sentry without `/api/0`. For an organization of sentry.io this is the address of its region,
    /// such as `https://de.sentry.io`. The token goes there and nowhere else; redirects are not followed if the transport follows none.
    ///
    /// `clock` tells how long the tracker asks us to wait when it names a point in time.
    #[must_use]
    pub fn new(
        base: BaseUrl,
        organization: OrganizationSlug,
        token: SecretString,
        transport: Arc<dyn Transport>,
        clock: Clock,
    ) -> Self {
        Self {
            client: Client::new(base, organization, token, transport, clock),
        }
    }

    /// The same with quick repeats inside each call. Without it every call is tried once, which fits callers with a durable queue.
    #[must_use]
    pub fn with_retry(self, retry: Retry) -> Self {
        Self {
            client: self.client.with_retry(retry),
        }
    }
}

impl fmt::Debug for SentryTracker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentryTracker")
            .field("base", self.client.base())
            .field("organization", self.client.organization())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl IssueTracker for SentryTracker {
    fn capabilities(&self) -> Capabilities {
        Capabilities::of(&Capability::ALL)
    }

    async fn probe(&self) -> Result<(), TrackerError> {
        probe::probe(&self.client).await
    }

    async fn find(&self, short_id: &ShortId) -> Result<Option<TrackerIssue>, TrackerError> {
        find::find(&self.client, short_id).await
    }

    async fn change(&self, issue: &TrackerIssue, change: IssueChange) -> Result<(), TrackerError> {
        change::change(&self.client, issue, change).await
    }

    async fn comment(&self, issue: &TrackerIssue, text: &str) -> Result<(), TrackerError> {
        comment::comment(&self.client, issue, text).await
    }

    async fn publish(&self, release: &TrackerRelease) -> Result<PublishedRelease, TrackerError> {
        publish::publish(&self.client, release).await
    }

    async fn deploy(&self, deploy: &TrackerDeploy) -> Result<(), TrackerError> {
        deploy::deploy(&self.client, deploy).await
    }

    async fn resolve_in_release(
        &self,
        issue: &TrackerIssue,
        version: &str,
    ) -> Result<(), TrackerError> {
        resolve::resolve_in_release(&self.client, issue, version).await
    }

    async fn assign(&self, issue: &TrackerIssue, email: &str) -> Result<bool, TrackerError> {
        assign::assign(&self.client, issue, email).await
    }
}
