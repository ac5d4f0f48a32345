//! Who may install and uninstall: decisions without storage, time or network.
//!
//! By [Authentication for apps](https://developer.atlassian.com/cloud/bitbucket/authentication-for-apps/) the first `installed` call of a tenant can't be
//! signed with a secret both sides know, for it is the call that brings the secret. Every later one is signed with the secret known until then, an `installed` call
//! after an `uninstalled` one too, and `uninstalled` with the current one. For an app that is registered, Atlassian shows a secret beforehand, and signs
//! the first call with it.
//!
//! So there are two steps: find out who signed a call ([`LifecycleCall::signer`]), and decide ([`InstallRules::installed`], [`uninstalled`]).
//!
//! ```
//! use bitbucket_jwt_auth::install::{FirstInstall, InstallRefusal, InstallRules, Installation, Signer, Tenant, Trust};
//! use bitbucket_jwt_auth::UnixTime;
//!
//! let now = UnixTime::from_seconds(1_672_534_861);
//! let rules = InstallRules::new(FirstInstall::OpenUntil(now.plus_seconds(600)));
//!
//! let first = rules.installed(Tenant::Unknown, Signer::Nobody, now);
//! assert_eq!(first, Ok(Installation::First(Trust::FirstUse)));
//! // Nobody can put a secret of their own in place of the one that is known.
//! let again = rules.installed(Tenant::Installed, Signer::Nobody, now);
//! assert_eq!(again, Err(InstallRefusal::Unsigned));
//! ```

mod call;
mod refusal;

#[cfg(test)]
mod tests;

pub use call::{KnownSecrets, LifecycleCall};
pub use refusal::InstallRefusal;

use crate::UnixTime;

/// What makes a tenant's first `installed` call acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FirstInstall {
    /// It must be signed with the app's secret, which is known beforehand. The safe choice, for registered apps.
    SignedByApp,
    /// Until this point in time an unsigned call is believed; whoever comes first is trusted. Open it only while somebody installs the app.
    OpenUntil(UnixTime),
    /// There are no first installs.
    Closed,
}

/// What is known of the tenant (the `clientKey` in the call's body) before the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tenant {
    /// No secret of it is known.
    Unknown,
    /// It is installed, and its secret is known.
    Installed,
    /// It was uninstalled, and the secret it had then is still known.
    Uninstalled,
}

/// Who signed a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signer {
    /// There is no token.
    Nobody,
    /// Somebody with the tenant's secret as known until now.
    Tenant,
    /// Somebody with the app's secret.
    App,
    /// Somebody with another secret.
    Stranger,
}

/// Why a first install is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trust {
    /// It was the first to come.
    FirstUse,
    /// It was signed with the app's secret.
    AppSecret,
}

/// An `installed` call that was accepted: keep the secret in its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Installation {
    /// The tenant is new.
    First(Trust),
    /// The tenant is known; its new secret takes the place of the old one.
    Again,
}

/// An `uninstalled` call that was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Uninstallation {
    /// Disable the installation.
    Uninstall,
    /// It is disabled already; Bitbucket says it again.
    AlreadyDone,
}

/// Decides about `installed` calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InstallRules {
    first: FirstInstall,
}

impl InstallRules {
    /// Rules that believe first installs as `first` says.
    #[must_use]
    pub const fn new(first: FirstInstall) -> Self {
        Self { first }
    }

    /// Decides about an `installed` call of `tenant`, signed by `signer`.
    ///
    /// A known tenant is replaced by nobody but itself. The app's secret is good for tenants that aren't installed.
    ///
    /// # Errors
    /// When the call must not be believed.
    pub fn installed(
        &self,
        tenant: Tenant,
        signer: Signer,
        now: UnixTime,
    ) -> Result<Installation, InstallRefusal> {
        match (tenant, signer) {
            (Tenant::Installed | Tenant::Uninstalled, Signer::Tenant) => Ok(Installation::Again),
            (Tenant::Unknown | Tenant::Uninstalled, Signer::App) => self.first_by_app(),
            // The secret that signed it was forgotten here; to us the tenant is new.
            (Tenant::Unknown, Signer::Nobody) => self.first_by_use(now, InstallRefusal::Unsigned),
            (Tenant::Unknown, Signer::Stranger) => {
                self.first_by_use(now, InstallRefusal::WrongSigner)
            }
            (Tenant::Installed | Tenant::Uninstalled, Signer::Nobody) => {
                Err(InstallRefusal::Unsigned)
            }
            (Tenant::Unknown, Signer::Tenant)
            | (Tenant::Installed, Signer::App)
            | (Tenant::Installed | Tenant::Uninstalled, Signer::Stranger) => {
                Err(InstallRefusal::WrongSigner)
            }
        }
    }

    fn first_by_app(&self) -> Result<Installation, InstallRefusal> {
        match self.first {
            FirstInstall::SignedByApp | FirstInstall::OpenUntil(_) => {
                Ok(Installation::First(Trust::AppSecret))
            }
            FirstInstall::Closed => Err(InstallRefusal::Closed),
        }
    }

    fn first_by_use(
        &self,
        now: UnixTime,
        otherwise: InstallRefusal,
    ) -> Result<Installation, InstallRefusal> {
        match self.first {
            FirstInstall::OpenUntil(end) if now < end => Ok(Installation::First(Trust::FirstUse)),
            FirstInstall::OpenUntil(_) | FirstInstall::Closed => Err(InstallRefusal::Closed),
            FirstInstall::SignedByApp => Err(otherwise),
        }
    }
}

/// Decides about an `uninstalled` call of `tenant`, signed by `signer`: only the tenant itself ends its installation.
///
/// # Errors
/// When the call must not be believed.
pub const fn uninstalled(tenant: Tenant, signer: Signer) -> Result<Uninstallation, InstallRefusal> {
    match (tenant, signer) {
        (Tenant::Installed, Signer::Tenant) => Ok(Uninstallation::Uninstall),
        (Tenant::Uninstalled, Signer::Tenant) => Ok(Uninstallation::AlreadyDone),
        (Tenant::Unknown, _) => Err(InstallRefusal::UnknownTenant),
        (Tenant::Installed | Tenant::Uninstalled, Signer::Nobody) => Err(InstallRefusal::Unsigned),
        (Tenant::Installed | Tenant::Uninstalled, Signer::App | Signer::Stranger) => {
            Err(InstallRefusal::WrongSigner)
        }
    }
}
