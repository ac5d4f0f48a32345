//! The OAuth consumer, made from the configuration.

use std::sync::Arc;

use async_trait::async_trait;
use bitbucket_api_paths::{Query, site};
use bitbucket_http_client::{AuthorizeError, OAuthConsumer, Transport};
use bitbucket_integration_provider::ports::{Clock, Consents, StoredCredential};
use secrecy::SecretString;

use super::StartError;
use crate::config::Config;

/// Bitbucket's web site, through one consumer.
struct SiteConsents {
    consumer: OAuthConsumer,
    site: String,
    key: String,
    secret: SecretString,
}

/// The consumer that a person agrees to; none unless its key is configured.
pub(super) fn consents(
    config: &Config,
    transport: &Arc<dyn Transport>,
    clock: &Arc<dyn Clock>,
) -> Result<Option<Arc<dyn Consents>>, StartError> {
    let Some(key) = config.oauth.consumer_key.clone() else {
        return Ok(None);
    };
    let secret = config.oauth.consumer_secret.clone();
    let secret = secret.ok_or(StartError::NoConsumerSecret)?;
    let clock = Arc::clone(clock);
    let now = Arc::new(move || clock.now());
    let site = super::parts::site(config)?;
    Ok(Some(Arc::new(SiteConsents {
        consumer: OAuthConsumer::new(site, Arc::clone(transport), &key, &secret, now),
        site: config
            .bitbucket
            .site_url
            .as_str()
            .trim_end_matches('/')
            .to_owned(),
        key,
        secret,
    })))
}

#[async_trait]
impl Consents for SiteConsents {
    fn address(&self, state: &str, challenge: &str) -> String {
        let proof = Query::new()
            .param("code_challenge", challenge)
            .param("code_challenge_method", "S256");
        let asked = site::authorize(&self.key, state, proof);
        format!("{}{}", self.site, asked.path_and_query())
    }

    async fn exchange(
        &self,
        code: &SecretString,
        verifier: &SecretString,
    ) -> Result<StoredCredential, AuthorizeError> {
        Ok(StoredCredential::OAuth {
            grant: self.consumer.exchange_proven_code(code, verifier).await?,
            consumer_key: self.key.clone(),
            consumer_secret: self.secret.clone(),
        })
    }
}
