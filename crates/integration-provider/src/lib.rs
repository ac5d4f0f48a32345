#![doc = include_str!("../README.md")]

pub mod connect;
mod deliveries;
mod digest;
mod events;
mod hook_base;
mod ids;
mod install;
mod integration;
mod issues;
pub mod ports;
pub mod provider;
mod releases;
mod repositories;
mod retry;
mod source;
#[cfg(test)]
mod testing;
mod work;

pub use deliveries::{DeliveryHeaders, RawDelivery, Received, RefusedDelivery, Road};
pub use events::{
    CommentChange, Envelope, EnvelopeError, Event, EventError, EventKey, EventRepository,
    IssueEvent, PullRequestChange, PullRequestEvent, Push, PushChange, RefKind, RepositoryChange,
    StatusEvent,
};
pub use hook_base::{HookBase, InvalidHookBase};
pub use ids::{
    ApiKeyId, DeliveryId, InstallationId, InvalidId, JobId, LinkId, MappingId, ReleaseId,
    RepositoryId,
};
pub use install::{
    Access, AccessFinding, AskedConsent, ConnectWorkspace, ConnectWorkspaceError,
    ConnectedWorkspace, ConsentAnswer, ConsentError, DisconnectError, Disconnected, Granted,
    LONGEST_CONSENT, LeftHook,
};
pub use integration::{
    AuthorSettings, BuildStatusSettings, Integration, Ports, PullRequestSettings, Settings,
    SyncSettings,
};
pub use issues::{
    CreateIssue, FieldKind, FormField, FoundIssues, IssueError, IssueForm, IssueKind,
    IssuePriority, LONGEST_DESCRIPTION, LONGEST_KEY, LONGEST_TITLE, LinkIssue, LinkedIssue,
    MOST_FOUND_ISSUES,
};
pub use provider::{BitbucketProvider, Feature, IntegrationProvider, SetupStep};
pub use releases::{
    DeployReleaseError, InvalidTagPattern, InvalidVersionTemplate, LONGEST_ENVIRONMENT,
    LONGEST_VERSION, OpenRelease, OpenReleaseError, OpenedRelease, ReleaseSettings, TagPattern,
    TagRule, VersionTemplate,
};
pub use repositories::{
    AddRepository, AddRepositoryError, AddedRepository, FoundRepositories, FoundRepository,
    HOOK_DESCRIPTION, MOST_REPOSITORIES, RemoveRepositoryError, RemovedRepository,
    RotateSecretError, SearchRepositoriesError,
};
pub use retry::RetryPolicy;
pub use source::{
    AddMapping, CODEOWNERS_PLACES, CodeOwners, Frame, LONGEST_ROOT, LinkOutcome,
    MOST_REPOSITORIES_TRIED, MOST_SUSPECTS, MOST_SUSPECTS_OF_RELEASE, OwnerRule, OwnersFile,
    PastedAddress, PastedSource, Reason, SourceError, SourceLink, Suspect, Suspects, UnreadLine,
};
pub use work::{
    FIRST_RELEASE_COMMITS, MAX_PULL_REQUEST_COMMITS, MAX_PUSH_COMMITS, MAX_RELEASE_COMMITS,
    Settled, WorkError,
};
