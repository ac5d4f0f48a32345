//! The browser comes back from Bitbucket with a token that proves who installed the app.

use bitbucket_jwt_auth::{UnverifiedToken, token_of_request};

use super::lifecycle::shared;
use super::{LifecycleRequest, RefusedLifecycle};
use crate::integration::Integration;
use crate::ports::{ConnectTenant, Installation, InstallationState, TenantState};

/// What a visitor who comes from Bitbucket is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupVisit {
    /// The visitor's workspace, which installed the app.
    pub tenant: ConnectTenant,
    /// The installation of it, once somebody linked the workspace to a tracker.
    pub linked: Option<Installation>,
}

impl Integration {
    /// Verifies a visit: `GET` with the token in the query.
    ///
    /// # Errors
    /// [`RefusedLifecycle`].
    pub async fn setup_visit(
        &self,
        request: &LifecycleRequest,
    ) -> Result<SetupVisit, RefusedLifecycle> {
        self.connect_settings()?;
        let untrusted = |reason| RefusedLifecycle::Untrusted { reason };
        let token = token_of_request(request.authorization.as_deref(), request.query.as_deref())
            .map_err(|error| untrusted(error.code()))?;
        let token = UnverifiedToken::read(token)?;
        let known = self.known_tenant(token.issuer()).await?;
        let known = known
            .filter(|known| known.tenant.state == TenantState::Installed)
            .ok_or(untrusted("unknown_issuer"))?;
        self.connect_verifier().verify_read(
            &token,
            &[shared(&known.secret)],
            "GET",
            &request.path,
            request.query.as_deref(),
            self.unix_now(),
        )?;
        let linked = self
            .ports
            .installations
            .by_client_key(&known.tenant.client_key)
            .await?;
        Ok(SetupVisit {
            tenant: known.tenant,
            linked: linked.filter(|one| one.state == InstallationState::Active),
        })
    }
}
