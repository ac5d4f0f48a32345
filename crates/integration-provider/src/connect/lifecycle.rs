//! What Bitbucket calls when a workspace installs or removes the app: who signed it, and why it may be refused.

use std::fmt;

use bitbucket_http_client::ApiError;
use bitbucket_jwt_auth::install::{
    FirstInstall, InstallRefusal, KnownSecrets, LifecycleCall, Signer,
};
use bitbucket_jwt_auth::replay::{ReplayError, ReplayGuardError, accept_once};
use bitbucket_jwt_auth::{
    CanonicalRule, RequestVerifier, SharedSecret, TokenError, UnixTime, VerifyError,
    token_of_request,
};
use bytes::Bytes;
use secrecy::{ExposeSecret as _, SecretString};

use super::ConnectApp;
use crate::integration::Integration;
use crate::ports::{ConnectTenant, StoreError};
use crate::provider::BuildError;

/// How the Connect app behaves.
#[derive(Debug, Clone)]
pub struct ConnectSettings {
    /// The app.
    pub app: ConnectApp,
    /// Which first installs are believed.
    pub first_install: FirstInstall,
    /// The secret that Atlassian shows for a registered app.
    pub app_secret: Option<SharedSecret>,
    /// The only API that an installation may belong to; calls go there and nowhere else.
    pub api_url: String,
}

/// A lifecycle call, or a browser's visit, as it came: nothing of it is believed yet.
#[derive(Clone)]
pub struct LifecycleRequest {
    /// The request's path as sent, percent-encoded.
    pub path: String,
    /// The request's query as sent, without `?`.
    pub query: Option<String>,
    /// `Authorization`.
    pub authorization: Option<String>,
    /// The body; empty for a visit.
    pub body: Bytes,
}

impl fmt::Debug for LifecycleRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LifecycleRequest")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// Why a lifecycle call or a visit was refused. Nothing was changed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RefusedLifecycle {
    /// There is no Connect app.
    #[error("this service is no Connect app; set `installs` in [connect] to make it one")]
    Off,
    /// The body is not what Bitbucket sends.
    #[error("the body is no lifecycle call: {0}")]
    Body(BuildError),
    /// It is not proven to come from Bitbucket. The reason is for the log, not for the sender.
    #[error("the call is not proven to come from Bitbucket")]
    Untrusted {
        /// A stable word for metrics.
        reason: &'static str,
    },
    /// It is about another app.
    #[error("the call is about another app than this one")]
    OtherApp,
    /// It names an API that we don't talk to.
    #[error("`baseApiUrl` is not the API that this service talks to")]
    ForeignApi,
    /// The secret that it brought did not open the workspace at Bitbucket.
    #[error("Bitbucket did not show the workspace to the secret that came with the call: {0}")]
    Unproven(ApiError),
    /// The secret can't be used at all.
    #[error("the secret that came with the call can't be used")]
    Unusable,
    /// Whether the call came before cannot be found out now.
    #[error("whether the call came before cannot be found out now; send it again")]
    Unsure(#[source] ReplayGuardError),
    /// The store failed.
    #[error("the installation could not be stored")]
    Store(#[source] StoreError),
}

impl RefusedLifecycle {
    /// A stable name for metrics and clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Off => "connect_off",
            Self::Body(_) => "lifecycle_malformed",
            Self::Untrusted { .. } => "lifecycle_untrusted",
            Self::OtherApp => "other_app",
            Self::ForeignApi => "foreign_api",
            Self::Unproven(_) => "secret_unproven",
            Self::Unusable => "secret_unusable",
            Self::Unsure(error) => ReplayError::Guard(*error).code(),
            Self::Store(error) => error.code(),
        }
    }
}

impl From<StoreError> for RefusedLifecycle {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<BuildError> for RefusedLifecycle {
    fn from(error: BuildError) -> Self {
        Self::Body(error)
    }
}

impl From<VerifyError> for RefusedLifecycle {
    fn from(error: VerifyError) -> Self {
        Self::Untrusted {
            reason: error.code(),
        }
    }
}

impl From<ReplayError> for RefusedLifecycle {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Replayed => Self::Untrusted {
                reason: error.code(),
            },
            ReplayError::Guard(cause) => Self::Unsure(cause),
        }
    }
}

impl From<InstallRefusal> for RefusedLifecycle {
    fn from(error: InstallRefusal) -> Self {
        Self::Untrusted {
            reason: error.code(),
        }
    }
}

/// A tenant as it is known before a call.
pub(super) struct KnownTenant {
    pub(super) tenant: ConnectTenant,
    pub(super) secret: SecretString,
}

impl Integration {
    pub(super) fn connect_settings(&self) -> Result<&ConnectSettings, RefusedLifecycle> {
        self.settings.connect.as_ref().ok_or(RefusedLifecycle::Off)
    }

    pub(super) async fn known_tenant(
        &self,
        client_key: &str,
    ) -> Result<Option<KnownTenant>, StoreError> {
        let Some(tenant) = self.ports.tenants.tenant(client_key).await? else {
            return Ok(None);
        };
        let secret = self.ports.tenants.tenant_secret(client_key).await?;
        Ok(secret.map(|secret| KnownTenant { tenant, secret }))
    }

    /// Who signed a call about `client_key`. A token is good for one call: a recorded one is refused when it comes again.
    pub(super) async fn signer(
        &self,
        settings: &ConnectSettings,
        client_key: &str,
        request: &LifecycleRequest,
        known: Option<&KnownTenant>,
    ) -> Result<Signer, RefusedLifecycle> {
        let token = match token_of_request(request.authorization.as_deref(), None) {
            Ok(token) => Some(token),
            Err(TokenError::Missing) => None,
            Err(error) => {
                return Err(RefusedLifecycle::Untrusted {
                    reason: error.code(),
                });
            }
        };
        let call = LifecycleCall {
            client_key,
            token,
            encoded_path: &request.path,
            encoded_query: request.query.as_deref(),
        };
        let tenant = known.map(|known| shared(&known.secret));
        let secrets = KnownSecrets {
            tenant: tenant.as_ref(),
            app: settings.app_secret.as_ref(),
        };
        let (verifier, now) = (self.connect_verifier(), self.unix_now());
        let signer = call.signer(&verifier, secrets, now)?;
        let secret = match signer {
            Signer::Tenant => secrets.tenant,
            Signer::App => secrets.app,
            Signer::Nobody | Signer::Stranger => None,
        };
        if let (Some(secret), Some(token)) = (secret, token) {
            self.accept_token_once(token, secret, "POST", request)
                .await?;
        }
        Ok(signer)
    }

    async fn accept_token_once(
        &self,
        token: &str,
        secret: &SharedSecret,
        method: &str,
        request: &LifecycleRequest,
    ) -> Result<(), RefusedLifecycle> {
        let now = self.unix_now();
        let verified = self.connect_verifier().verify(
            token,
            std::slice::from_ref(secret),
            method,
            &request.path,
            request.query.as_deref(),
            now,
        )?;
        let accepted = accept_once(self.ports.replay.as_ref(), &verified, now).await;
        accepted.map_err(RefusedLifecycle::from)
    }

    /// Bitbucket signs the path below the address that it was given.
    pub(crate) fn connect_verifier(&self) -> RequestVerifier {
        let rule = CanonicalRule::atlassian().with_base_path(self.settings.hook_base.path());
        RequestVerifier::new().with_rule(rule)
    }

    pub(crate) fn unix_now(&self) -> UnixTime {
        UnixTime::from_seconds(self.ports.clock.now().as_second())
    }
}

pub(super) fn shared(secret: &SecretString) -> SharedSecret {
    SharedSecret::new(secret.expose_secret().to_owned())
}
