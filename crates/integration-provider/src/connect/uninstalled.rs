//! A workspace removes the app.

use bitbucket_jwt_auth::install::{Uninstallation, uninstalled};

use super::installed::standing;
use super::payload::client_key;
use super::{LifecycleRequest, RefusedLifecycle};
use crate::integration::Integration;
use crate::ports::{ConnectTenant, RepositoryState, StoreError, TenantState};
use crate::provider::SetupState;

impl Integration {
    /// Takes an `uninstalled` call: the installation and its repositories are disabled, its credential is forgotten, history stays.
    /// Says whether it was installed until now.
    ///
    /// # Errors
    /// [`RefusedLifecycle`]; nothing was changed then.
    pub async fn uninstalled(&self, request: &LifecycleRequest) -> Result<bool, RefusedLifecycle> {
        let settings = self.connect_settings()?;
        let state = SetupState::parse(&request.body)?;
        let client_key = client_key(&state)?;
        let known = self.known_tenant(client_key).await?;
        let signer = self
            .signer(settings, client_key, request, known.as_ref())
            .await?;
        let decided = uninstalled(standing(known.as_ref()), signer)?;
        let (Uninstallation::Uninstall, Some(known)) = (decided, known) else {
            return Ok(false);
        };
        let tenant = ConnectTenant {
            state: TenantState::Uninstalled,
            ..known.tenant
        };
        self.disable(&tenant).await?;
        // Last, so that a call whose work broke off is believed again.
        self.ports
            .tenants
            .save_tenant(&tenant, &known.secret)
            .await?;
        Ok(true)
    }

    async fn disable(&self, tenant: &ConnectTenant) -> Result<(), StoreError> {
        let found = self.ports.installations.by_client_key(&tenant.client_key);
        let Some(installation) = found.await? else {
            return Ok(());
        };
        self.ports.installations.disconnect(installation.id).await?;
        self.disable_repositories(installation.id).await
    }

    pub(crate) async fn disable_repositories(
        &self,
        installation: crate::ids::InstallationId,
    ) -> Result<(), StoreError> {
        for mut repository in self.ports.repositories.list(installation).await? {
            repository.state = RepositoryState::Disabled;
            self.ports.repositories.update(&repository).await?;
        }
        Ok(())
    }
}
