//! The installation of a Connect app, seen by the app itself.

use async_trait::async_trait;

use crate::error::ApiError;

/// A Connect app's own installation. Takes no credential but [`ConnectJwt`](crate::ConnectJwt); Connect's support by
/// Bitbucket ends on 2027-01-31.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Addon: Send + Sync {
    /// Has Bitbucket read the app's descriptor again, after it changed.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`Rejected`](crate::ApiErrorCause::Rejected) when the new descriptor asks for more scopes or
    /// for none.
    async fn update_addon(&self) -> Result<(), ApiError>;

    /// Removes the installation. The shared secret signs nothing afterwards.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn remove_addon(&self) -> Result<(), ApiError>;
}
