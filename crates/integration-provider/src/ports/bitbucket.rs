//! How the integration gets a Bitbucket client for an installation.

use std::sync::Arc;

use bitbucket_http_client::BitbucketApi;
use bitbucket_http_client::policy::Priority;

use super::StoredCredential;
use crate::ids::InstallationId;

/// A credential from which no client can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the credential can't be used: {reason}")]
pub struct ConnectorError {
    /// Why, without any part of the secret.
    pub reason: String,
}

/// Makes a Bitbucket client that acts with one credential.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait BitbucketConnector: Send + Sync {
    /// A client that sends this credential to the configured Bitbucket and nowhere else. `whose` is the installation that keeps it, so
    /// that a grant which renews itself is saved there; `None` for one that is not kept yet. Bitbucket counts the requests of a credential:
    /// `priority` says how much of the hour's the client's calls may reach into.
    ///
    /// # Errors
    /// When the credential can't be put into a request header.
    fn connect(
        &self,
        whose: Option<InstallationId>,
        credential: &StoredCredential,
        priority: Priority,
    ) -> Result<Arc<dyn BitbucketApi>, ConnectorError>;

    /// Lets go of the grant that is held for an installation, for another one was saved.
    fn forget(&self, whose: InstallationId);
}
