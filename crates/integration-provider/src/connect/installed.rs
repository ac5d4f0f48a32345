//! A workspace installs the app: believed only when it is signed as it must be, and kept only when its secret opens the workspace.

use bitbucket_api_paths::Workspace;
use bitbucket_http_client::policy::Priority;
use bitbucket_jwt_auth::install::{InstallRefusal, InstallRules, Signer, Tenant};
use secrecy::{ExposeSecret as _, SecretString};

use super::lifecycle::{KnownTenant, shared};
use super::{ConnectSettings, InstalledPayload, LifecycleRequest, RefusedLifecycle};
use crate::integration::Integration;
use crate::ports::{
    ConnectTenant, Installation, InstallationKind, InstallationState, NewJob, StoreError,
    StoredCredential, TenantState, Work,
};

/// What an `installed` call did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Installed {
    /// The tenant is new or has a new secret; the installation that got it, if its workspace was linked before.
    Kept {
        /// The tenant as it is known now.
        tenant: Box<ConnectTenant>,
        /// The installation that works with the new secret from now on.
        relinked: Option<Installation>,
    },
    /// It came before and brought nothing new.
    Known,
}

impl Integration {
    /// Takes an `installed` call. A forged one for a known tenant changes nothing; a genuine one also revives the installation of its
    /// workspace, with all repositories, when it was linked before.
    ///
    /// # Errors
    /// [`RefusedLifecycle`]; nothing was changed then.
    pub async fn installed(
        &self,
        request: &LifecycleRequest,
    ) -> Result<Installed, RefusedLifecycle> {
        let settings = self.connect_settings()?;
        let payload = InstalledPayload::parse(&request.body)?;
        let known = self.known_tenant(&payload.client_key).await?;
        if request.authorization.is_none() && is_repeated(known.as_ref(), &payload) {
            return Ok(Installed::Known);
        }
        let signer = self
            .signer(settings, &payload.client_key, request, known.as_ref())
            .await?;
        self.believe(settings, signer, known.as_ref(), &payload)?;
        let tenant = self.prove(settings, &payload).await?;
        let relinked = self.relink(&tenant, &payload.shared_secret).await?;
        // Last, so that a call whose work broke off is believed again.
        self.ports
            .tenants
            .save_tenant(&tenant, &payload.shared_secret)
            .await?;
        Ok(Installed::Kept {
            tenant: Box::new(tenant),
            relinked,
        })
    }

    fn believe(
        &self,
        settings: &ConnectSettings,
        signer: Signer,
        known: Option<&KnownTenant>,
        payload: &InstalledPayload,
    ) -> Result<(), RefusedLifecycle> {
        let rules = InstallRules::new(settings.first_install);
        rules.installed(standing(known), signer, self.unix_now())?;
        let own = settings.app.key();
        if payload.app_key.as_deref().is_some_and(|key| key != own) {
            return Err(RefusedLifecycle::OtherApp);
        }
        if payload.base_api_url.trim_end_matches('/') != settings.api_url {
            return Err(RefusedLifecycle::ForeignApi);
        }
        // Nobody carries an installation over to another workspace.
        let workspace = &payload.principal.uuid;
        if known.is_some_and(|known| known.tenant.workspace_uuid != *workspace) {
            return Err(InstallRefusal::WrongSigner.into());
        }
        Ok(())
    }

    /// One signed call each for the workspace and for what only its owners see: the received secret is Bitbucket's, and acts for that
    /// workspace.
    async fn prove(
        &self,
        settings: &ConnectSettings,
        payload: &InstalledPayload,
    ) -> Result<ConnectTenant, RefusedLifecycle> {
        let credential = StoredCredential::Connect {
            app_key: settings.app.key().to_owned(),
            client_key: payload.client_key.clone(),
            shared_secret: payload.shared_secret.clone(),
        };
        let client = self
            .ports
            .bitbucket
            .connect(None, &credential, Priority::Interactive);
        let client = client.map_err(|_| RefusedLifecycle::Unusable)?;
        let at = Workspace::from(payload.principal.uuid.clone());
        let shown = client.workspace(&at).await;
        let shown = shown.map_err(RefusedLifecycle::Unproven)?;
        let hooks = client.workspace_hooks(&at).await;
        hooks.map_err(RefusedLifecycle::Unproven)?;
        Ok(ConnectTenant {
            client_key: payload.client_key.clone(),
            app_key: settings.app.key().to_owned(),
            workspace: shown.slug,
            workspace_uuid: shown.uuid,
            state: TenantState::Installed,
            installed_at: self.ports.clock.now(),
        })
    }

    /// Gives the installation of the tenant's workspace the new secret, if it is one of the app: what somebody linked stays linked
    /// when Bitbucket hands out another client key.
    async fn relink(
        &self,
        tenant: &ConnectTenant,
        shared_secret: &SecretString,
    ) -> Result<Option<Installation>, StoreError> {
        let found = self
            .ports
            .installations
            .by_workspace(&tenant.workspace_uuid);
        let Some(mut installation) = found.await? else {
            return Ok(None);
        };
        if !matches!(installation.kind, InstallationKind::Connect { .. }) {
            return Ok(None);
        }
        installation.workspace = tenant.workspace.clone();
        installation.kind = InstallationKind::Connect {
            client_key: tenant.client_key.clone(),
        };
        installation.state = InstallationState::Active;
        let credential = credential_of(tenant, shared_secret);
        self.ports
            .installations
            .save(&installation, &credential)
            .await?;
        self.enqueue_recovery(&installation).await?;
        Ok(Some(installation))
    }

    /// After an installation came to life: each of its repositories is checked and gets its hook back, and so is each repository that
    /// nobody owns any more, which moves here if Bitbucket shows its hooks to the new credential.
    pub(crate) async fn enqueue_recovery(
        &self,
        installation: &Installation,
    ) -> Result<usize, StoreError> {
        let round = self.ports.clock.now().as_second();
        let mut jobs: Vec<NewJob> = Vec::new();
        for other in self.ports.installations.list().await? {
            let own = other.id == installation.id;
            let unowned =
                other.state == InstallationState::Disabled && other.tracker == installation.tracker;
            if !own && !unowned {
                continue;
            }
            for repository in self.ports.repositories.list(other.id).await? {
                let work = Work::CheckRepository {
                    repository: repository.id,
                    installation: installation.id,
                    round,
                    rotate: false,
                };
                jobs.push(self.job(installation.id, work));
            }
        }
        if jobs.is_empty() {
            return Ok(0);
        }
        self.ports.jobs.enqueue(&jobs).await
    }
}

pub(super) fn standing(known: Option<&KnownTenant>) -> Tenant {
    match known.map(|known| known.tenant.state) {
        None => Tenant::Unknown,
        Some(TenantState::Installed) => Tenant::Installed,
        Some(TenantState::Uninstalled) => Tenant::Uninstalled,
    }
}

/// Whether Bitbucket says again what it said before, since our answer was lost: unsigned as the first time, with the secret that only
/// Bitbucket and we know.
fn is_repeated(known: Option<&KnownTenant>, payload: &InstalledPayload) -> bool {
    known.is_some_and(|known| {
        known.tenant.state == TenantState::Installed
            && shared(&known.secret).is(&shared(&payload.shared_secret))
    })
}

pub(crate) fn credential_of(
    tenant: &ConnectTenant,
    shared_secret: &SecretString,
) -> StoredCredential {
    StoredCredential::Connect {
        app_key: tenant.app_key.clone(),
        client_key: tenant.client_key.clone(),
        shared_secret: SecretString::from(shared_secret.expose_secret().to_owned()),
    }
}
