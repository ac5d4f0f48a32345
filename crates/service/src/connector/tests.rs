//! Which credentials are taken, and what those that share one share.

use bitbucket_api_paths::{RepoFullName, RepoRef};
use bitbucket_http_client::TransportError;
use bitbucket_http_client::policy::MemoryCounter;
use bitbucket_integration_provider::ports::{MockClock, MockInstallations};
use bytes::Bytes;

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

/// Bitbucket that shows a repository to everybody and gives each credential ten requests an hour.
struct Stingy;

#[async_trait]
impl Transport for Stingy {
    async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let body =
            r#"{"uuid": "{0d1e2f3a-4b5c-6d7e-8f9a-0b1c2d3e4f5a}", "full_name": "acme/rocket"}"#;
        let answer = http::Response::builder().header("x-ratelimit-limit", "10");
        Ok(answer.body(Bytes::from(body)).unwrap())
    }
}

fn connector() -> HttpConnector {
    let mut clock = MockClock::new();
    clock
        .expect_now()
        .returning(|| jiff::Timestamp::from_second(1_800_000_000).unwrap());
    let base = BaseUrl::bitbucket_cloud();
    let installations = Arc::new(MockInstallations::new());
    HttpConnector::new(
        base.clone(),
        base,
        Arc::new(Stingy),
        Arc::new(clock),
        installations,
        Arc::new(MemoryCounter::default()),
    )
}

/// Reads a repository until that is refused, at most twenty times: how often it worked, and the refusal.
async fn reads(
    connector: &HttpConnector,
    token: &str,
    priority: Priority,
) -> (usize, Option<&'static str>) {
    let client = connector
        .connect(None, &access_token(token), priority)
        .unwrap();
    let rocket = RepoRef::from(RepoFullName::parse("acme/rocket").unwrap());
    for read in 0..20 {
        if let Err(error) = client.repository(&rocket).await {
            return (read, Some(error.code()));
        }
    }
    (20, None)
}

#[tokio::test]
async fn clients_of_one_credential_share_its_hour_and_background_work_leaves_some_of_it() {
    let connector = connector();
    let spent = Some("budget_exhausted");
    assert_eq!(
        reads(&connector, "one", Priority::Background).await,
        (7, spent)
    );
    assert_eq!(
        reads(&connector, "one", Priority::Background).await,
        (0, spent)
    );
    assert_eq!(reads(&connector, "one", Priority::Normal).await, (2, spent));
    assert_eq!(
        reads(&connector, "one", Priority::Interactive).await,
        (1, spent)
    );
    assert_eq!(
        reads(&connector.clone(), "one", Priority::Interactive).await,
        (0, spent)
    );
    // Another credential has its own.
    assert_eq!(
        reads(&connector, "two", Priority::Background).await,
        (7, spent)
    );
}

/// What is held may be an earlier grant, which would be renewed in place of the one that was saved since.
#[test]
fn a_grant_is_held_until_it_is_forgotten() {
    let connector = connector();
    let credential = StoredCredential::OAuth {
        consumer_key: "key".to_owned(),
        consumer_secret: SecretString::from("secret"),
        grant: OAuthGrant {
            access_token: SecretString::from("access"),
            expires_at: jiff::Timestamp::MAX,
            refresh_token: None,
        },
    };
    let [one, other] = [1, 2].map(|n| InstallationId::from_uuid(uuid::Uuid::from_u128(n)));
    let held = |whose| connector.authorize(Some(whose), &credential).unwrap();
    let (first, others) = (held(one), held(other));
    assert!(Arc::ptr_eq(&first, &held(one)));
    connector.forget(one);
    assert!(!Arc::ptr_eq(&first, &held(one)));
    assert!(Arc::ptr_eq(&others, &held(other)));
}
