//! Bitbucket clients for stored credentials: one transport and one address for all of them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use bitbucket_http_client::policy::Pace;

use bitbucket_http_client::{
    BaseUrl, BitbucketApi, BitbucketClient, Credential, LoggedNotices, Transport,
};
use bitbucket_integration_provider::ports::{
    BitbucketConnector, Clock, ConnectorError, StoredCredential,
};
use bitbucket_jwt_auth::SharedSecret;
use secrecy::{ExposeSecret as _, SecretString};

/// How many paces are remembered; one forgotten too early costs a slower start.
const MOST_PACES: usize = 10_000;

/// Connects to the one configured Bitbucket.
#[derive(Clone)]
pub struct HttpConnector {
    base: BaseUrl,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    notices: Arc<LoggedNotices>,
    paces: Arc<Mutex<HashMap<Vec<u8>, Arc<Pace>>>>,
}

impl HttpConnector {
    /// Clients call `base` over `transport`.
    #[must_use]
    pub fn new(base: BaseUrl, transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        Self {
            base,
            transport,
            clock,
            notices: Arc::new(LoggedNotices::default()),
            paces: Arc::default(),
        }
    }

    /// The pace that all clients with this credential share, since Bitbucket counts requests per credential.
    fn pace(&self, credential: &StoredCredential) -> Arc<Pace> {
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        if paces.len() >= MOST_PACES {
            paces.clear();
        }
        Arc::clone(paces.entry(fingerprint(credential)).or_default())
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
        credential: &StoredCredential,
    ) -> Result<Arc<dyn BitbucketApi>, ConnectorError> {
        let clock = Arc::clone(&self.clock);
        let authorize = usable(credential)?.into_authorize();
        let now = Arc::new(move || clock.now());
        let client = BitbucketClient::new(
            self.base.clone(),
            Arc::clone(&self.transport),
            authorize,
            now,
        );
        let notices = Arc::clone(&self.notices);
        let client = client
            .with_observer(notices)
            .with_pace(self.pace(credential));
        Ok(Arc::new(client))
    }
}

/// What tells one credential from another without holding it.
fn fingerprint(credential: &StoredCredential) -> Vec<u8> {
    let secret = match credential {
        StoredCredential::AccessToken { token } | StoredCredential::ApiToken { token, .. } => token,
        StoredCredential::Connect { shared_secret, .. } => shared_secret,
    };
    digest(&SHA256, secret.expose_secret().as_bytes())
        .as_ref()
        .to_owned()
}

/// The credential in the client's terms, unless a header can't carry it.
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
mod tests {
    use super::*;

    fn access_token(token: &str) -> StoredCredential {
        StoredCredential::AccessToken {
            token: SecretString::from(token.to_owned()),
        }
    }

    #[test]
    fn a_token_that_no_header_carries_is_refused_without_being_shown() {
        let error = usable(&access_token("ab\ncd")).unwrap_err();
        assert_eq!(
            error.reason,
            "the access token holds white space or other characters that no token has"
        );
        assert_eq!(
            usable(&access_token("")).unwrap_err().reason,
            "the access token is empty"
        );
    }

    #[test]
    fn each_kind_becomes_its_own() {
        assert_eq!(usable(&access_token("abc")).unwrap().kind(), "access_token");
        let api_token = StoredCredential::ApiToken {
            email: "ann@example.com".to_owned(),
            token: SecretString::from("abc".to_owned()),
        };
        assert_eq!(usable(&api_token).unwrap().kind(), "api_token");
        let connect = StoredCredential::Connect {
            app_key: "app".to_owned(),
            client_key: "client".to_owned(),
            shared_secret: SecretString::from("secret".to_owned()),
        };
        assert_eq!(usable(&connect).unwrap().kind(), "connect");
    }
}
