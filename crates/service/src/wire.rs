//! What the HTTP API takes and gives, the same for the server, the command line and tests.

mod consent;
mod history;
mod issues;
mod jobs;
mod keys;
mod providers;
mod pull_requests;
mod releases;
pub(crate) mod schema;
mod source;

use std::collections::BTreeMap;

use bitbucket_integration_provider::ports::{PushPolicy, RepositoryState};
use bitbucket_integration_provider::{InstallationId, RepositoryId};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

pub use consent::{AskConsentBody, AskedConsentView};
pub use history::{
    CommitList, CommitView, DeliveryList, DeliveryView, ReferenceList, ReferenceView,
};
pub use issues::{
    ChoiceList, ChoiceView, CreateIssueBody, FormFieldView, IssueFormView, IssueLinkList,
    IssueLinkView, LinkIssueBody, UnlinkedIssue,
};
pub use jobs::{JobList, JobView, PurgeBody, Purged, Replayed};
pub use keys::{ApiKeyList, ApiKeyView, CreateKeyBody, CreatedKeyView};
pub use providers::{FeatureView, ProviderList, ProviderView, SetupStepView};
pub use pull_requests::{PullRequestList, PullRequestView};
pub use releases::{
    DeployBody, DeployView, OpenReleaseBody, PartView, RefBody, ReleaseList, ReleaseView,
};
pub use source::{
    AddMappingBody, CodeOwnersView, LinkView, MappingList, MappingView, PastedView, RemovedMapping,
    SuspectView, SuspectsView,
};

/// `POST /api/v1/installations`
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectBody {
    /// The workspace's slug or UUID.
    pub workspace: String,
    /// The configured tracker it reports to; may be left out when there is one only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracker: Option<String>,
    /// How we prove to Bitbucket who we are.
    pub credential: CredentialBody,
}

/// A credential on its way to the service. `Debug` shows its kind only.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum CredentialBody {
    /// A repository, project or workspace access token.
    AccessToken {
        /// The token.
        #[serde(serialize_with = "expose")]
        #[schema(value_type = String, format = Password)]
        token: SecretString,
    },
    /// A personal API token.
    ApiToken {
        /// The Atlassian account's e-mail address.
        email: String,
        /// The token.
        #[serde(serialize_with = "expose")]
        #[schema(value_type = String, format = Password)]
        token: SecretString,
    },
    /// An OAuth 2.0 consumer that acts as its owner.
    ClientCredentials {
        /// The consumer's key.
        consumer_key: String,
        /// The consumer's secret.
        #[serde(serialize_with = "expose")]
        #[schema(value_type = String, format = Password)]
        consumer_secret: SecretString,
    },
    /// The Connect app, which the workspace has installed.
    InstalledApp,
    /// An Atlassian Connect installation.
    Connect {
        /// The app's key in its descriptor.
        app_key: String,
        /// Bitbucket's key of the installation.
        client_key: String,
        /// The secret that signs tokens in both directions.
        #[serde(serialize_with = "expose")]
        #[schema(value_type = String, format = Password)]
        shared_secret: SecretString,
    },
}

/// Writes a secret into a request that goes to the service itself.
fn expose<S: Serializer>(secret: &SecretString, output: S) -> Result<S::Ok, S::Error> {
    output.serialize_str(secret.expose_secret())
}

/// A connected workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InstallationView {
    /// Our identifier.
    #[schema(value_type = String, format = Uuid)]
    pub id: InstallationId,
    /// The workspace's slug.
    pub workspace: String,
    /// The workspace's UUID.
    pub workspace_uuid: String,
    /// `access_token`, `api_token`, `oauth`, `client_credentials` or `connect`.
    pub kind: String,
    /// The tracker it reports to.
    pub tracker: String,
    /// `active` or `disabled`.
    pub state: String,
    /// When it was connected first.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// What connecting a workspace gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConnectedView {
    /// The installation.
    #[serde(flatten)]
    pub installation: InstallationView,
    /// What the credential may do.
    pub access: Vec<AccessView>,
}

/// What was found of one scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessView {
    /// The scope in Bitbucket's words.
    pub scope: String,
    /// What it is needed for.
    pub needed_for: String,
    /// `granted`, `missing` or `unknown`.
    pub state: String,
}

/// `DELETE /api/v1/installations/{id}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DisconnectedView {
    /// As it is now.
    pub installation: InstallationView,
    /// Hooks that somebody has to delete by hand.
    pub hooks_left: Vec<LeftHookView>,
}

/// A hook that is still at Bitbucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeftHookView {
    /// `workspace/slug`.
    pub repository: String,
    /// Its UUID, when it is known.
    pub hook: Option<String>,
    /// Why it is still there.
    pub reason: String,
}

/// `GET /api/v1/installations/{id}/repositories`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FoundRepositoryList {
    /// Exact matches first, then those that contain the text.
    pub repositories: Vec<FoundRepositoryView>,
    /// Whether these are all.
    pub complete: bool,
}

/// A repository at Bitbucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FoundRepositoryView {
    /// `workspace/slug`.
    pub full_name: String,
    /// The name that people gave it.
    pub name: String,
    /// Bitbucket's UUID of it.
    pub uuid: String,
    /// Its main branch.
    pub main_branch: Option<String>,
    /// Our identifier, when it is followed.
    #[schema(value_type = Option<String>, format = Uuid)]
    pub followed: Option<RepositoryId>,
}

/// `POST /api/v1/installations/{id}/sync`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SyncAsked {
    /// Whether a look at the workspace was asked for.
    pub asked: bool,
}

/// `DELETE /api/v1/repositories/{id}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RemovedView {
    /// `workspace/slug`.
    pub full_name: String,
    /// The hook that somebody has to delete by hand.
    pub hook_left: Option<String>,
}

/// `GET /api/v1/installations`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InstallationList {
    /// Oldest first.
    pub installations: Vec<InstallationView>,
    /// `after` of the next page, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// `POST /api/v1/repositories`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddRepositoryBody {
    /// `workspace/slug`.
    pub repository: String,
    /// The tracker's projects; empty: any.
    #[serde(default)]
    pub projects: Vec<String>,
    /// What a push does to the issues that its commits name.
    #[serde(default)]
    #[schema(value_type = schema::PushPolicy)]
    pub on_push: PushPolicy,
}

/// A followed repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RepositoryView {
    /// Our identifier.
    #[schema(value_type = String, format = Uuid)]
    pub id: RepositoryId,
    /// The installation through which it is read.
    #[schema(value_type = String, format = Uuid)]
    pub installation: InstallationId,
    /// `workspace/slug`.
    pub full_name: String,
    /// Bitbucket's UUID of it.
    pub uuid: String,
    /// Where a person sees it.
    pub web_url: Option<String>,
    /// Its main branch.
    pub main_branch: Option<String>,
    /// The tracker's projects; empty: any.
    pub projects: Vec<String>,
    /// What a push does to the issues that its commits name.
    #[schema(value_type = schema::PushPolicy)]
    pub on_push: PushPolicy,
    /// The UUID of the hook at Bitbucket.
    pub hook: Option<String>,
    /// The address that the hook calls.
    pub hook_url: String,
    /// Whether it is ready.
    #[schema(value_type = schema::RepositoryState)]
    pub state: RepositoryState,
    /// When it was added.
    #[schema(value_type = String, format = DateTime)]
    pub added_at: Timestamp,
}

/// `GET /api/v1/repositories`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RepositoryList {
    /// The one that was added first comes first.
    pub repositories: Vec<RepositoryView>,
    /// `after` of the next page, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// `GET /api/v1/status`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatusView {
    /// The program's version.
    pub version: String,
    /// When this process was ready.
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    /// The address under which Bitbucket is told to reach it.
    pub public_url: String,
    /// The configured trackers.
    pub trackers: Vec<String>,
    /// How many jobs are in each state.
    pub jobs: JobCountsView,
    /// Deliveries since this process started.
    pub deliveries: DeliveryCountsView,
}

/// How many jobs are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct JobCountsView {
    /// Waiting.
    pub ready: u64,
    /// Claimed.
    pub running: u64,
    /// Finished.
    pub done: u64,
    /// Given up.
    pub dead: u64,
}

/// What became of deliveries.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct DeliveryCountsView {
    /// Stored.
    pub accepted: u64,
    /// Came before.
    pub duplicate: u64,
    /// Of a kind that needs no work.
    pub ignored: u64,
    /// Of a kind that Bitbucket does not document.
    #[serde(default)]
    pub unknown: u64,
    /// Refused, by code.
    pub refused: BTreeMap<String, u64>,
}
