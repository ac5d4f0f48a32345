#![doc = include_str!("../README.md")]

pub mod connect;
mod deliveries;
mod events;
mod hook_base;
mod ids;
mod install;
mod integration;
pub mod ports;
pub mod provider;
mod releases;
mod repositories;
mod retry;
#[cfg(test)]
mod testing;
mod work;

pub use deliveries::{DeliveryHeaders, RawDelivery, Received, RefusedDelivery, Road};
pub use events::{
    Envelope, EnvelopeError, Event, EventError, EventRepository, Push, PushChange, REPO_PUSH,
    REPO_TRANSFER, REPO_UPDATED, RefKind, SUBSCRIBED,
};
pub use hook_base::{HookBase, InvalidHookBase};
pub use ids::{ApiKeyId, DeliveryId, InstallationId, InvalidId, JobId, ReleaseId, RepositoryId};
pub use install::{
    Access, AccessFinding, ConnectWorkspace, ConnectWorkspaceError, ConnectedWorkspace,
    DisconnectError, Disconnected, Granted, LeftHook,
};
pub use integration::{Integration, Ports, Settings, SyncSettings};
pub use provider::{BitbucketProvider, Feature, IntegrationProvider, SetupStep};
pub use releases::{LONGEST_VERSION, OpenRelease, OpenReleaseError, OpenedRelease};
pub use repositories::{
    AddRepository, AddRepositoryError, AddedRepository, FoundRepositories, FoundRepository,
    HOOK_DESCRIPTION, MOST_REPOSITORIES, RemoveRepositoryError, RemovedRepository,
    RotateSecretError, SearchRepositoriesError,
};
pub use retry::RetryPolicy;
pub use work::{FIRST_RELEASE_COMMITS, MAX_PUSH_COMMITS, MAX_RELEASE_COMMITS, Settled, WorkError};
