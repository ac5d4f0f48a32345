//! Why a lifecycle call was not believed.

/// Why an `installed` or `uninstalled` call must not be believed.
///
/// Log the [`code`](Self::code); the peer gets 401 and nothing more, so that it can't find out which tenants there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InstallRefusal {
    /// It must be signed, and is not.
    #[error("the call is not signed")]
    Unsigned,
    /// It is signed with another secret than it must be.
    #[error("the call is signed with the wrong secret")]
    WrongSigner,
    /// First installs are not accepted now.
    #[error("first installs are not accepted now")]
    Closed,
    /// What is to be uninstalled is not known.
    #[error("the tenant is not known")]
    UnknownTenant,
}

impl InstallRefusal {
    /// A stable name for metrics and logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unsigned => "install_unsigned",
            Self::WrongSigner => "install_wrong_signer",
            Self::Closed => "install_closed",
            Self::UnknownTenant => "install_unknown_tenant",
        }
    }
}
