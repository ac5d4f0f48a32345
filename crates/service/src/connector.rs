//! Bitbucket clients for stored credentials: one transport and one address for all of them.

use std::fmt;
use std::sync::Arc;

use bitbucket_http_client::{BaseUrl, BitbucketApi, BitbucketClient, Credential, Transport};
use bitbucket_integration_provider::ports::{
    BitbucketConnector, Clock, ConnectorError, StoredCredential,
};
use bitbucket_jwt_auth::SharedSecret;
use secrecy::{ExposeSecret as _, SecretString};

/// Connects to the one configured Bitbucket.
#[derive(Clone)]
pub struct HttpConnector {
    base: BaseUrl,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
}

impl HttpConnector {
    /// Clients call `base` over `transport`.
    #[must_use]
    pub fn new(base: BaseUrl, transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        Self {
            base,
            transport,
            clock,
        }
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
        Ok(Arc::new(BitbucketClient::new(
            self.base.clone(),
            Arc::clone(&self.transport),
            authorize,
            now,
        )))
    }
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
