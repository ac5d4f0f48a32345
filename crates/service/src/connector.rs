//! Bitbucket clients for stored credentials: one transport and one address for all of them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use bitbucket_http_client::policy::{Budget, Pace, Priority, RequestCounter};

use async_trait::async_trait;
use bitbucket_http_client::{
    Authorize, BaseUrl, BitbucketApi, BitbucketClient, ClientCredentials, Credential, GrantStore,
    GrantStoreError, LoggedNotices, OAuthConsumer, OAuthGrant, RotatingGrant, Transport,
};
use bitbucket_integration_provider::InstallationId;
use bitbucket_integration_provider::ports::{
    BitbucketConnector, Clock, ConnectorError, Installations, StoredCredential,
};
use bitbucket_jwt_auth::SharedSecret;
use secrecy::{ExposeSecret as _, SecretString};

/// How many credentials' allowances are remembered; one forgotten too early costs a slower start.
const MOST_ALLOWANCES: usize = 10_000;

/// How many ways in are remembered beside them.
const MOST_GRANTS: usize = 10_000;

/// Connects to the one configured Bitbucket.
#[derive(Clone)]
pub struct HttpConnector {
    base: BaseUrl,
    site: BaseUrl,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    installations: Arc<dyn Installations>,
    notices: Arc<LoggedNotices>,
    allowances: Arc<Mutex<HashMap<Vec<u8>, Allowance>>>,
    /// The requests of the last hour, of all processes that share the counter.
    counter: Arc<dyn RequestCounter>,
    /// Grants that renew themselves: one for each installation and consumer, so that two clients never use one refresh token twice.
    grants: Arc<Mutex<HashMap<GrantKey, Arc<dyn Authorize>>>>,
}

/// What all clients with one credential share, since Bitbucket counts requests per credential.
#[derive(Clone)]
struct Allowance {
    pace: Arc<Pace>,
    budget: Arc<Budget>,
}

/// Whose grant, and the consumer's fingerprint.
type GrantKey = (Option<InstallationId>, Vec<u8>);

impl HttpConnector {
    /// Clients call `base` over `transport`; OAuth consumers ask `site` for tokens, and `installations` keeps what they get.
    /// `counter` counts the requests of each credential.
    #[must_use]
    pub fn new(
        base: BaseUrl,
        site: BaseUrl,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        installations: Arc<dyn Installations>,
        counter: Arc<dyn RequestCounter>,
    ) -> Self {
        Self {
            base,
            site,
            transport,
            clock,
            installations,
            notices: Arc::new(LoggedNotices::default()),
            allowances: Arc::default(),
            counter,
            grants: Arc::default(),
        }
    }

    fn allowance(&self, credential: &StoredCredential) -> Allowance {
        let fingerprint = fingerprint(credential);
        let mut allowances = self
            .allowances
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if allowances.len() >= MOST_ALLOWANCES {
            allowances.clear();
        }
        let name = hex::encode(&fingerprint);
        let new = || Allowance {
            pace: Arc::default(),
            budget: Arc::new(Budget::new(name, Arc::clone(&self.counter))),
        };
        allowances.entry(fingerprint).or_insert_with(new).clone()
    }

    /// How a credential is presented.
    fn authorize(
        &self,
        whose: Option<InstallationId>,
        credential: &StoredCredential,
    ) -> Result<Arc<dyn Authorize>, ConnectorError> {
        match credential {
            StoredCredential::OAuth {
                consumer_key,
                consumer_secret,
                ..
            } => {
                let whose =
                    whose.ok_or_else(|| refused("a grant that is not kept can't renew itself"))?;
                let consumer = self.consumer(consumer_key, consumer_secret)?;
                let store = Arc::new(KeptGrant {
                    installations: Arc::clone(&self.installations),
                    installation: whose,
                });
                Ok(self.grant((Some(whose), fingerprint(credential)), || {
                    Arc::new(RotatingGrant::new(consumer, store))
                }))
            }
            StoredCredential::ClientCredentials {
                consumer_key,
                consumer_secret,
            } => {
                let consumer = self.consumer(consumer_key, consumer_secret)?;
                Ok(self.grant((None, fingerprint(credential)), || {
                    Arc::new(ClientCredentials::new(consumer))
                }))
            }
            StoredCredential::AccessToken { .. }
            | StoredCredential::ApiToken { .. }
            | StoredCredential::Connect { .. } => Ok(usable(credential)?.into_authorize()),
        }
    }

    fn grant(
        &self,
        key: GrantKey,
        make: impl FnOnce() -> Arc<dyn Authorize>,
    ) -> Arc<dyn Authorize> {
        let mut grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        if grants.len() >= MOST_GRANTS {
            grants.clear();
        }
        Arc::clone(grants.entry(key).or_insert_with(make))
    }

    fn consumer(&self, key: &str, secret: &SecretString) -> Result<OAuthConsumer, ConnectorError> {
        check("the secret of the OAuth consumer", secret)?;
        if key.is_empty()
            || !key
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b':')
        {
            return Err(refused("the key of the OAuth consumer is not one"));
        }
        let (site, transport) = (self.site.clone(), Arc::clone(&self.transport));
        let clock = Arc::clone(&self.clock);
        let now = Arc::new(move || clock.now());
        Ok(OAuthConsumer::new(site, transport, key, secret, now))
    }
}

/// The grant of an installation, kept with its credential.
struct KeptGrant {
    installations: Arc<dyn Installations>,
    installation: InstallationId,
}

#[async_trait]
impl GrantStore for KeptGrant {
    async fn load(&self) -> Result<Option<OAuthGrant>, GrantStoreError> {
        let kept = self.installations.credential(self.installation).await;
        match kept.map_err(|_| GrantStoreError)? {
            Some(StoredCredential::OAuth { grant, .. }) => Ok(Some(grant)),
            Some(_) | None => Ok(None),
        }
    }

    async fn save(&self, grant: &OAuthGrant, before: &OAuthGrant) -> Result<bool, GrantStoreError> {
        let kept = self.installations.credential(self.installation).await;
        let Some(StoredCredential::OAuth {
            consumer_key,
            consumer_secret,
            grant: kept,
        }) = kept.map_err(|_| GrantStoreError)?
        else {
            // It was disconnected or connected otherwise meanwhile: nobody needs the grant any more.
            return Ok(false);
        };
        if kept.is_same(grant) {
            return Ok(true);
        }
        if !kept.is_same(before) {
            return Ok(false);
        }
        let with = |grant| StoredCredential::OAuth {
            consumer_key: consumer_key.clone(),
            consumer_secret: consumer_secret.clone(),
            grant,
        };
        let (old, new) = (with(kept), with(grant.clone()));
        let replaced = self
            .installations
            .replace_credential(self.installation, &old, &new);
        replaced.await.map_err(|_| GrantStoreError)
    }
}

impl fmt::Debug for HttpConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpConnector")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

impl BitbucketConnector for HttpConnector {
    fn connect(
        &self,
        whose: Option<InstallationId>,
        credential: &StoredCredential,
        priority: Priority,
    ) -> Result<Arc<dyn BitbucketApi>, ConnectorError> {
        let clock = Arc::clone(&self.clock);
        let authorize = self.authorize(whose, credential)?;
        let now = Arc::new(move || clock.now());
        let client = BitbucketClient::new(
            self.base.clone(),
            Arc::clone(&self.transport),
            authorize,
            now,
        );
        let Allowance { pace, budget } = self.allowance(credential);
        let client = client
            .with_observer(Arc::<LoggedNotices>::clone(&self.notices))
            .with_pace(pace)
            .with_budget(budget)
            .with_priority(priority);
        Ok(Arc::new(client))
    }

    fn forget(&self, whose: InstallationId) {
        let mut grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        grants.retain(|(own, _), _| *own != Some(whose));
    }
}

/// What tells one credential from another without holding it.
fn fingerprint(credential: &StoredCredential) -> Vec<u8> {
    let secret = match credential {
        StoredCredential::AccessToken { token } | StoredCredential::ApiToken { token, .. } => token,
        StoredCredential::Connect { shared_secret, .. } => shared_secret,
        // The consumer, for its tokens change.
        StoredCredential::OAuth {
            consumer_secret, ..
        }
        | StoredCredential::ClientCredentials {
            consumer_secret, ..
        } => consumer_secret,
    };
    digest(&SHA256, secret.expose_secret().as_bytes())
        .as_ref()
        .to_owned()
}

/// The credential in the client's terms, unless a header can't carry it. Grants that renew themselves are made elsewhere.
fn usable(credential: &StoredCredential) -> Result<Credential, ConnectorError> {
    match credential {
        StoredCredential::AccessToken { token } => {
            check("the access token", token)?;
            Ok(Credential::AccessToken(token.clone()))
        }
        StoredCredential::ApiToken { email, token } => {
            check("the API token", token)?;
            if email.is_empty() || email.contains(':') || email.chars().any(char::is_control) {
                return Err(refused("the e-mail address of the API token is not one"));
            }
            Ok(Credential::ApiToken {
                email: email.clone(),
                token: token.clone(),
            })
        }
        StoredCredential::OAuth { grant, .. } => {
            check("the access token", &grant.access_token)?;
            Ok(Credential::AccessToken(grant.access_token.clone()))
        }
        StoredCredential::ClientCredentials { .. } => {
            Err(refused("an OAuth consumer has no token of its own"))
        }
        StoredCredential::Connect {
            app_key,
            client_key,
            shared_secret,
        } => Ok(Credential::Connect {
            app_key: app_key.clone(),
            client_key: client_key.clone(),
            shared_secret: SharedSecret::new(shared_secret.expose_secret().to_owned()),
        }),
    }
}

fn check(what: &str, token: &SecretString) -> Result<(), ConnectorError> {
    let text = token.expose_secret();
    if text.is_empty() {
        return Err(refused(&format!("{what} is empty")));
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(refused(&format!(
            "{what} holds white space or other characters that no token has"
        )));
    }
    Ok(())
}

fn refused(reason: &str) -> ConnectorError {
    ConnectorError {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests;
