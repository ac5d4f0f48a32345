//! What each credential presents, and that none shows itself.

use secrecy::SecretString;

use super::*;

fn parts() -> RequestParts<'static> {
    RequestParts {
        method: "GET",
        path: "/2.0/repositories/acme/rocket",
        query: Some("pagelen=100"),
        now: jiff::Timestamp::from_second(1_800_000_000).unwrap(),
    }
}

fn token(text: &str) -> SecretString {
    SecretString::from(text)
}

async fn header(authorize: &dyn Authorize) -> Result<String, AuthorizeError> {
    let value = authorize.authorization(&parts()).await?.unwrap();
    assert!(value.is_sensitive());
    Ok(value.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn an_access_token_is_a_bearer() {
    assert_eq!(
        header(&AccessToken::new(&token("ATCT-1"))).await,
        Ok("Bearer ATCT-1".to_owned())
    );
}

#[tokio::test]
async fn an_api_token_is_basic_with_the_mail_address() {
    let expected = "Basic bWVAYWNtZS5leGFtcGxlOkFUQVRULTE=".to_owned();
    assert_eq!(
        header(&ApiToken::new("me@acme.example", &token("ATATT-1"))).await,
        Ok(expected)
    );
}

#[tokio::test]
async fn a_credential_that_no_header_carries_fails_the_request() {
    let unusable = Err(AuthorizeError::UnusableCredential);
    assert_eq!(
        header(&AccessToken::new(&token("a\r\nX-Evil: 1"))).await,
        unusable
    );
    assert_eq!(
        header(&ApiToken::new("me:too@acme.example", &token("t"))).await,
        unusable
    );
}

#[tokio::test]
async fn every_kind_of_credential_becomes_its_authorization() {
    let secret =
        || bitbucket_jwt_auth::SharedSecret::new("shared-secret-of-thirty-two-bytes".to_owned());
    let cases = [
        (
            Credential::AccessToken(token("t")),
            "access_token",
            "Bearer ",
        ),
        (
            Credential::ApiToken {
                email: "me@acme.example".to_owned(),
                token: token("t"),
            },
            "api_token",
            "Basic ",
        ),
        (
            Credential::Connect {
                app_key: "app".to_owned(),
                client_key: "key".to_owned(),
                shared_secret: secret(),
            },
            "connect",
            "JWT ",
        ),
    ];
    for (credential, kind, scheme) in cases {
        assert_eq!(credential.kind(), kind);
        let header = header(credential.into_authorize().as_ref()).await.unwrap();
        assert!(header.starts_with(scheme), "{kind}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let shown = [
        format!("{:?}", AccessToken::new(&token("hidden"))),
        format!("{:?}", ApiToken::new("hidden", &token("hidden"))),
        format!("{:?}", Credential::AccessToken(token("hidden"))),
        format!(
            "{:?}",
            Credential::ApiToken {
                email: "hidden".to_owned(),
                token: token("hidden")
            }
        ),
    ];
    for text in shown {
        assert!(!text.contains("hidden"), "{text}");
    }
}
