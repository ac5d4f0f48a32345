//! Atlassian Connect: the descriptor that Bitbucket reads, and the handshake by which a workspace installs the app.

mod app;
mod descriptor;
mod installed;
mod lifecycle;
mod payload;
mod setup;
mod uninstalled;

pub use app::{ConnectApp, InvalidConnectApp, LONGEST_APP_KEY};
pub use bitbucket_jwt_auth::install::FirstInstall;
pub use descriptor::{DESCRIPTOR_PATH, Descriptor, INSTALLED_PATH, SETUP_PATH, UNINSTALLED_PATH};
pub use installed::Installed;
pub(crate) use installed::credential_of;
pub use lifecycle::{ConnectSettings, LifecycleRequest, RefusedLifecycle};
pub use payload::{InstalledPayload, LONGEST_SHARED_SECRET, Principal};
pub use setup::SetupVisit;

#[cfg(test)]
mod tests;
