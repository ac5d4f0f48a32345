//! Credentials as JSON, which is sealed before it is stored.

use bitbucket_http_client::OAuthGrant;
use bitbucket_integration_provider::ports::StoredCredential;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Room for a usual credential, so that no copy of it stays behind when the buffer grows.
const USUAL_BYTES: usize = 4096;

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Written<'a> {
    AccessToken {
        token: &'a str,
    },
    ApiToken {
        email: &'a str,
        token: &'a str,
    },
    #[serde(rename = "oauth")]
    OAuth {
        consumer_key: &'a str,
        consumer_secret: &'a str,
        access_token: &'a str,
        expires_at: Timestamp,
        refresh_token: Option<&'a str>,
    },
    ClientCredentials {
        consumer_key: &'a str,
        consumer_secret: &'a str,
    },
    Connect {
        app_key: &'a str,
        client_key: &'a str,
        shared_secret: &'a str,
    },
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Read {
    AccessToken {
        token: SecretString,
    },
    ApiToken {
        email: String,
        token: SecretString,
    },
    #[serde(rename = "oauth")]
    OAuth {
        consumer_key: String,
        consumer_secret: SecretString,
        access_token: SecretString,
        expires_at: Timestamp,
        refresh_token: Option<SecretString>,
    },
    ClientCredentials {
        consumer_key: String,
        consumer_secret: SecretString,
    },
    Connect {
        app_key: String,
        client_key: String,
        shared_secret: SecretString,
    },
}

/// The credential with its secrets in clear text.
pub(crate) fn encode(
    credential: &StoredCredential,
) -> Result<Zeroizing<Vec<u8>>, serde_json::Error> {
    let written = match credential {
        StoredCredential::AccessToken { token } => Written::AccessToken {
            token: token.expose_secret(),
        },
        StoredCredential::ApiToken { email, token } => Written::ApiToken {
            email,
            token: token.expose_secret(),
        },
        StoredCredential::OAuth {
            consumer_key,
            consumer_secret,
            grant,
        } => Written::OAuth {
            consumer_key,
            consumer_secret: consumer_secret.expose_secret(),
            access_token: grant.access_token.expose_secret(),
            expires_at: grant.expires_at,
            refresh_token: grant
                .refresh_token
                .as_ref()
                .map(ExposeSecret::expose_secret),
        },
        StoredCredential::ClientCredentials {
            consumer_key,
            consumer_secret,
        } => Written::ClientCredentials {
            consumer_key,
            consumer_secret: consumer_secret.expose_secret(),
        },
        StoredCredential::Connect {
            app_key,
            client_key,
            shared_secret,
        } => Written::Connect {
            app_key,
            client_key,
            shared_secret: shared_secret.expose_secret(),
        },
    };
    let mut buffer = Zeroizing::new(Vec::with_capacity(USUAL_BYTES));
    serde_json::to_writer(&mut *buffer, &written)?;
    Ok(buffer)
}

/// The credential that was stored; `None` when the text holds anything else.
pub(crate) fn decode(text: &[u8]) -> Option<StoredCredential> {
    Some(match serde_json::from_slice(text).ok()? {
        Read::AccessToken { token } => StoredCredential::AccessToken { token },
        Read::ApiToken { email, token } => StoredCredential::ApiToken { email, token },
        Read::OAuth {
            consumer_key,
            consumer_secret,
            access_token,
            expires_at,
            refresh_token,
        } => StoredCredential::OAuth {
            consumer_key,
            consumer_secret,
            grant: OAuthGrant {
                access_token,
                expires_at,
                refresh_token,
            },
        },
        Read::ClientCredentials {
            consumer_key,
            consumer_secret,
        } => StoredCredential::ClientCredentials {
            consumer_key,
            consumer_secret,
        },
        Read::Connect {
            app_key,
            client_key,
            shared_secret,
        } => StoredCredential::Connect {
            app_key,
            client_key,
            shared_secret,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(credential: &StoredCredential) -> String {
        String::from_utf8(encode(credential).unwrap().to_vec()).unwrap()
    }

    #[test]
    fn the_form_stays_as_it_is() {
        let access = StoredCredential::AccessToken { token: "t".into() };
        let api = StoredCredential::ApiToken {
            email: "a@b.c".into(),
            token: "t".into(),
        };
        let connect = StoredCredential::Connect {
            app_key: "a".into(),
            client_key: "c".into(),
            shared_secret: "s".into(),
        };
        assert_eq!(text(&access), r#"{"kind":"access_token","token":"t"}"#);
        assert_eq!(
            text(&api),
            r#"{"kind":"api_token","email":"a@b.c","token":"t"}"#
        );
        assert_eq!(
            text(&connect),
            r#"{"kind":"connect","app_key":"a","client_key":"c","shared_secret":"s"}"#
        );
        let oauth = StoredCredential::OAuth {
            consumer_key: "k".into(),
            consumer_secret: "s".into(),
            grant: OAuthGrant {
                access_token: "a".into(),
                expires_at: "2026-11-24T10:00:00Z".parse().unwrap(),
                refresh_token: Some("r".into()),
            },
        };
        let own = StoredCredential::ClientCredentials {
            consumer_key: "k".into(),
            consumer_secret: "s".into(),
        };
        assert_eq!(
            text(&oauth),
            r#"{"kind":"oauth","consumer_key":"k","consumer_secret":"s","access_token":"a","expires_at":"2026-11-24T10:00:00Z","refresh_token":"r"}"#
        );
        assert_eq!(
            text(&own),
            r#"{"kind":"client_credentials","consumer_key":"k","consumer_secret":"s"}"#
        );
        for credential in [access, api, connect, oauth, own] {
            let written = text(&credential);
            assert_eq!(text(&decode(written.as_bytes()).unwrap()), written);
        }
    }

    #[test]
    fn other_texts_are_no_credential() {
        assert!(decode(b"").is_none());
        assert!(decode(br#"{"kind":"password","token":"t"}"#).is_none());
    }
}
