//! Who sent a delivery: the signature of a hook, or the token of a Connect installation. Nothing of the body is read here.

use bitbucket_jwt_auth::webhook::{SignatureError, WebhookSignature};
use bitbucket_jwt_auth::{CanonicalRule, RequestVerifier, SharedSecret, UnixTime, UnverifiedToken};
use secrecy::ExposeSecret;

use super::{RawDelivery, RefusedDelivery};
use crate::ids::{InstallationId, RepositoryId};
use crate::integration::Integration;
use crate::ports::{DeliverySource, Installation, InstallationState, StoredCredential};

/// The sender of a delivery, proven.
#[derive(Debug, Clone, Copy)]
pub(super) struct Verified {
    pub(super) installation: InstallationId,
    pub(super) repository: Option<RepositoryId>,
    pub(super) source: DeliverySource,
}

impl Integration {
    /// Checks `X-Hub-Signature` against each secret of the repository's hook.
    pub(super) async fn verify_hook(
        &self,
        id: RepositoryId,
        delivery: &RawDelivery,
    ) -> Result<Verified, RefusedDelivery> {
        let hook = self.ports.repositories.hook(id).await?;
        let hook = hook.ok_or(RefusedDelivery::UnknownHook)?;
        let signature = delivery
            .headers
            .signature
            .as_deref()
            .ok_or(RefusedDelivery::Unsigned)?;
        let signature = WebhookSignature::parse(signature).map_err(|error| bad(&error))?;
        let secrets: Vec<SharedSecret> = hook.secrets.iter().map(shared).collect();
        signature
            .verify(&secrets, &delivery.body)
            .map_err(|error| bad(&error))?;
        if !hook.in_use {
            return Err(RefusedDelivery::Disabled);
        }
        Ok(Verified {
            installation: hook.installation,
            repository: Some(id),
            source: DeliverySource::Hook,
        })
    }

    /// Checks the token in `Authorization: JWT …` with the shared secret of the installation that it names as its issuer.
    pub(super) async fn verify_connect(
        &self,
        delivery: &RawDelivery,
    ) -> Result<Verified, RefusedDelivery> {
        let header = delivery
            .headers
            .authorization
            .as_deref()
            .ok_or(RefusedDelivery::Unsigned)?;
        let token = header
            .strip_prefix("JWT ")
            .ok_or(RefusedDelivery::Unsigned)?;
        let token =
            UnverifiedToken::read(token).map_err(|error| RefusedDelivery::BadSignature {
                reason: error.code(),
            })?;
        let unknown = RefusedDelivery::BadSignature {
            reason: "unknown_issuer",
        };
        let Some(installation) = self
            .ports
            .installations
            .by_client_key(token.issuer())
            .await?
        else {
            return Err(unknown);
        };
        let Some(StoredCredential::Connect { shared_secret, .. }) =
            self.ports.installations.credential(installation.id).await?
        else {
            return Err(unknown);
        };
        self.verify_token(&token, shared(&shared_secret), delivery)?;
        if !is_active(&installation) {
            return Err(RefusedDelivery::Disabled);
        }
        Ok(Verified {
            installation: installation.id,
            repository: None,
            source: DeliverySource::Connect,
        })
    }

    /// Checks a token against the request that carried it. Bitbucket signs the path below the address that it was given.
    fn verify_token(
        &self,
        token: &UnverifiedToken<'_>,
        secret: SharedSecret,
        delivery: &RawDelivery,
    ) -> Result<(), RefusedDelivery> {
        let rule = CanonicalRule::atlassian().with_base_path(self.settings.hook_base.path());
        let verifier = RequestVerifier::new().with_rule(rule);
        let now = UnixTime::from_seconds(self.ports.clock.now().as_second());
        let query = delivery.query.as_deref();
        let verified = verifier.verify_read(
            token,
            &[secret],
            &delivery.method,
            &delivery.path,
            query,
            now,
        );
        verified
            .map(drop)
            .map_err(|error| RefusedDelivery::BadSignature {
                reason: error.code(),
            })
    }
}

fn is_active(installation: &Installation) -> bool {
    installation.state == InstallationState::Active
}

fn shared(secret: &secrecy::SecretString) -> SharedSecret {
    SharedSecret::new(secret.expose_secret().to_owned())
}

fn bad(error: &SignatureError) -> RefusedDelivery {
    RefusedDelivery::BadSignature {
        reason: error.code(),
    }
}
