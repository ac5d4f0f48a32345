//! Grants that renew themselves, against a peer that hands out tokens.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bitbucket_http_client::{
    ApiError, ApiErrorCause, AuthorizeError, BaseUrl, BitbucketClient, ClientCredentials,
    CurrentAccess, GrantStore, GrantStoreError, HyperTransport, OAuthConsumer, OAuthGrant,
    RotatingGrant,
};
use futures_util::future::join_all;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, ResponseTemplate};

use crate::peer::{Peer, clock, json};

const TOKENS: &str = "/site/oauth2/access_token";
const USER: &str = "/2.0/user";
const NOW: i64 = 1_800_000_000;

/// A store in memory that can fail.
#[derive(Default)]
struct Store {
    grant: Mutex<Option<OAuthGrant>>,
    failing: AtomicBool,
}

impl Store {
    fn with(grant: OAuthGrant) -> Arc<Self> {
        Arc::new(Self {
            grant: Mutex::new(Some(grant)),
            failing: AtomicBool::new(false),
        })
    }

    fn kept(&self) -> (String, Option<String>) {
        let grant = self.grant.lock().unwrap().clone().unwrap();
        let refresh = grant
            .refresh_token
            .map(|token| token.expose_secret().to_owned());
        (grant.access_token.expose_secret().to_owned(), refresh)
    }
}

#[async_trait]
impl GrantStore for Store {
    async fn load(&self) -> Result<Option<OAuthGrant>, GrantStoreError> {
        Ok(self.grant.lock().unwrap().clone())
    }

    async fn save(&self, grant: &OAuthGrant, before: &OAuthGrant) -> Result<bool, GrantStoreError> {
        if self.failing.load(Ordering::SeqCst) {
            return Err(GrantStoreError);
        }
        let mut kept = self.grant.lock().unwrap();
        if !kept.as_ref().is_some_and(|kept| kept.is_same(before)) {
            return Ok(false);
        }
        *kept = Some(grant.clone());
        Ok(true)
    }
}

fn grant(access: &str, refresh: &str, lives: i64) -> OAuthGrant {
    OAuthGrant {
        access_token: SecretString::from(access),
        expires_at: jiff::Timestamp::from_second(NOW + lives).unwrap(),
        refresh_token: Some(SecretString::from(refresh)),
    }
}

fn tokens(access: &str, refresh: &str) -> ResponseTemplate {
    json(json!({
        "access_token": access, "refresh_token": refresh, "expires_in": 7200, "token_type": "bearer", "scopes": "account",
    }))
}

fn refused(error: &str) -> ResponseTemplate {
    ResponseTemplate::new(400).set_body_json(json!({"error": error, "error_description": "no"}))
}

fn consumer(peer: &Peer) -> OAuthConsumer {
    let transport = Arc::new(HyperTransport::builder().build().unwrap());
    let site = BaseUrl::parse(&peer.server.uri()).unwrap();
    OAuthConsumer::new(
        site,
        transport,
        "consumer-key",
        &"consumer-secret".into(),
        clock(),
    )
}

fn client(peer: &Peer, store: Arc<Store>) -> BitbucketClient {
    peer.client_with(Arc::new(RotatingGrant::new(consumer(peer), store)), "")
}

/// Takes this access token at the API, and no other.
async fn takes(peer: &Peer, access: &str) {
    let user: Value = json!({"display_name": "Ada"});
    Mock::given(method("GET"))
        .and(path(USER))
        .and(header("authorization", format!("Bearer {access}")))
        .respond_with(json(user))
        .mount(&peer.server)
        .await;
    Mock::given(method("GET"))
        .and(path(USER))
        .respond_with(ResponseTemplate::new(401))
        .with_priority(9)
        .mount(&peer.server)
        .await;
}

fn needs_reconnect(outcome: Result<impl std::fmt::Debug, ApiError>) {
    let error = outcome.unwrap_err();
    assert_eq!(
        error.cause(),
        &ApiErrorCause::Authorize(AuthorizeError::ReconnectNeeded)
    );
    assert_eq!(
        (error.code(), error.is_retryable()),
        ("reconnect_needed", false)
    );
}

#[tokio::test]
async fn a_fresh_token_is_presented_as_it_is() {
    let peer = Peer::start().await;
    takes(&peer, "a1").await;
    client(&peer, Store::with(grant("a1", "r1", 3_600)))
        .current_user()
        .await
        .unwrap();
    assert_eq!(peer.asked().await, [format!("GET {USER}")]);
}

#[tokio::test]
async fn an_expired_token_is_renewed_once_for_all_tasks_and_saved() {
    let peer = Peer::start().await;
    takes(&peer, "a2").await;
    peer.on("POST", TOKENS, tokens("a2", "r2")).await;
    let store = Store::with(grant("a1", "r1", 30));
    let client = client(&peer, store.clone());

    let users = join_all((0..10).map(|_| client.current_user())).await;

    assert!(
        users
            .iter()
            .all(|user| user.as_ref().is_ok_and(|user| user.display_name == "Ada"))
    );
    let asked = peer.asked().await;
    assert_eq!(
        asked.iter().filter(|line| line.starts_with("POST")).count(),
        1
    );
    assert_eq!(asked.len(), 11);
    assert_eq!(store.kept(), ("a2".to_owned(), Some("r2".to_owned())));
    let request = &peer.requests().await[0];
    assert_eq!(request.body, b"grant_type=refresh_token&refresh_token=r1");
    assert_eq!(
        request.headers["authorization"],
        "Basic Y29uc3VtZXIta2V5OmNvbnN1bWVyLXNlY3JldA=="
    );
    assert_eq!(
        request.headers["content-type"],
        "application/x-www-form-urlencoded"
    );
}

#[tokio::test]
async fn a_new_grant_is_not_used_before_it_is_saved() {
    let peer = Peer::start().await;
    takes(&peer, "a2").await;
    peer.once("POST", TOKENS, tokens("a2", "r2")).await;
    let store = Store::with(grant("a1", "r1", 0));
    store.failing.store(true, Ordering::SeqCst);
    let client = client(&peer, store.clone());

    let error = client.current_user().await.unwrap_err();
    assert_eq!(
        error.cause(),
        &ApiErrorCause::Authorize(AuthorizeError::Unavailable)
    );
    assert!(error.is_retryable());
    assert_eq!(peer.asked().await, [format!("POST {TOKENS}")]);

    store.failing.store(false, Ordering::SeqCst);
    client.current_user().await.unwrap();
    assert_eq!(store.kept(), ("a2".to_owned(), Some("r2".to_owned())));
    assert_eq!(
        peer.asked().await,
        [format!("POST {TOKENS}"), format!("GET {USER}")]
    );
}

#[tokio::test]
async fn a_token_that_is_refused_early_is_renewed_once() {
    let peer = Peer::start().await;
    takes(&peer, "a2").await;
    peer.on("POST", TOKENS, tokens("a2", "r2")).await;
    client(&peer, Store::with(grant("a1", "r1", 3_600)))
        .current_user()
        .await
        .unwrap();
    assert_eq!(
        peer.asked().await,
        [
            format!("GET {USER}"),
            format!("POST {TOKENS}"),
            format!("GET {USER}")
        ]
    );
}

#[tokio::test]
async fn a_renewed_token_that_is_refused_as_well_is_given_up() {
    let peer = Peer::start().await;
    takes(&peer, "another").await;
    peer.on("POST", TOKENS, tokens("a2", "r2")).await;
    let error = client(&peer, Store::with(grant("a1", "r1", 3_600)))
        .current_user()
        .await
        .unwrap_err();
    assert_eq!((error.code(), error.attempts()), ("unauthorized", 2));
}

#[tokio::test]
async fn a_revoked_grant_needs_a_person() {
    let peer = Peer::start().await;
    peer.on("POST", TOKENS, refused("invalid_grant")).await;
    needs_reconnect(
        client(&peer, Store::with(grant("a1", "r1", 0)))
            .current_user()
            .await,
    );
    needs_reconnect(
        client(&peer, Arc::new(Store::default()))
            .current_user()
            .await,
    );
    assert_eq!(peer.asked().await, [format!("POST {TOKENS}")]);
}

#[tokio::test]
async fn a_grant_that_another_process_renewed_is_taken_from_the_store() {
    let peer = Peer::start().await;
    peer.once("GET", USER, json(json!({"display_name": "Ada"})))
        .await;
    peer.once("GET", USER, json(json!({"display_name": "Ada"})))
        .await;
    takes(&peer, "a2").await;
    peer.once("POST", TOKENS, tokens("a2", "r2")).await;
    peer.on("POST", TOKENS, refused("invalid_grant")).await;
    let store = Store::with(grant("a1", "r1", 3_600));
    let (one, other) = (client(&peer, store.clone()), client(&peer, store.clone()));

    // Both hold the first grant; one renews it, and the other finds that before it uses the refresh token as well.
    for client in [&one, &other, &one, &other] {
        assert_eq!(client.current_user().await.unwrap().display_name, "Ada");
    }

    let asked = peer.asked().await;
    assert_eq!(
        asked.iter().filter(|line| line.starts_with("POST")).count(),
        1
    );
    assert_eq!(store.kept(), ("a2".to_owned(), Some("r2".to_owned())));
}

#[tokio::test]
async fn a_person_who_connected_again_is_heard_without_a_restart() {
    let peer = Peer::start().await;
    takes(&peer, "a2").await;
    peer.on("POST", TOKENS, refused("invalid_grant")).await;
    let store = Store::with(grant("a1", "r1", 3_600));
    let client = client(&peer, store.clone());

    needs_reconnect(client.current_user().await);
    *store.grant.lock().unwrap() = Some(grant("a2", "r2", 3_600));

    assert_eq!(client.current_user().await.unwrap().display_name, "Ada");
}

/// A person connects again while a renewal waits for being saved: what the person gave stays.
#[tokio::test]
async fn a_grant_that_a_person_gave_meanwhile_is_not_replaced() {
    let peer = Peer::start().await;
    takes(&peer, "given").await;
    peer.once("POST", TOKENS, tokens("a2", "r2")).await;
    let store = Store::with(grant("a1", "r1", 0));
    store.failing.store(true, Ordering::SeqCst);
    let client = client(&peer, store.clone());

    let error = client.current_user().await.unwrap_err();
    assert_eq!(error.code(), "credential_unavailable");
    *store.grant.lock().unwrap() = Some(grant("given", "g1", 3_600));
    store.failing.store(false, Ordering::SeqCst);

    assert_eq!(client.current_user().await.unwrap().display_name, "Ada");
    assert_eq!(store.kept(), ("given".to_owned(), Some("g1".to_owned())));
    assert_eq!(
        peer.asked().await,
        [format!("POST {TOKENS}"), format!("GET {USER}")]
    );
}

/// Two processes renew at the same instant: the peer takes the refresh token once, and the loser finds what the winner saved.
#[tokio::test]
async fn of_two_that_renew_at_once_the_second_takes_what_the_first_one_saved() {
    let peer = Peer::start().await;
    takes(&peer, "a2").await;
    peer.on("POST", TOKENS, refused("invalid_grant")).await;
    let store = Arc::new(Store::default());
    let reads = [grant("a1", "r1", 0), grant("a1", "r1", 0)];
    let late = Arc::new(Late {
        before: Mutex::new(reads.into_iter().collect()),
        after: store.clone(),
    });
    *store.grant.lock().unwrap() = Some(grant("a2", "r2", 3_600));
    let grant = Arc::new(RotatingGrant::new(consumer(&peer), late));

    let user = peer.client_with(grant, "").current_user().await.unwrap();

    assert_eq!(user.display_name, "Ada");
    assert_eq!(
        peer.asked().await,
        [format!("POST {TOKENS}"), format!("GET {USER}")]
    );
}

/// A store in which the first look-ups come before another process saves.
struct Late {
    before: Mutex<std::collections::VecDeque<OAuthGrant>>,
    after: Arc<Store>,
}

#[async_trait]
impl GrantStore for Late {
    async fn load(&self) -> Result<Option<OAuthGrant>, GrantStoreError> {
        let before = self.before.lock().unwrap().pop_front();
        match before {
            Some(grant) => Ok(Some(grant)),
            None => self.after.load().await,
        }
    }

    async fn save(&self, grant: &OAuthGrant, before: &OAuthGrant) -> Result<bool, GrantStoreError> {
        self.after.save(grant, before).await
    }
}

#[tokio::test]
async fn a_token_endpoint_in_trouble_is_not_asked_twice_and_may_answer_later() {
    let peer = Peer::start().await;
    peer.on(
        "POST",
        TOKENS,
        ResponseTemplate::new(503).set_body_string("<html>"),
    )
    .await;
    let error = client(&peer, Store::with(grant("a1", "r1", 0)))
        .current_user()
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.is_retryable()),
        ("credential_unavailable", true)
    );
    assert_eq!(peer.asked().await.len(), 1);
}

#[tokio::test]
async fn a_consumer_acts_for_itself_and_renews_what_is_refused() {
    let peer = Peer::start().await;
    takes(&peer, "a2").await;
    let answer = |access: &str| json(json!({"access_token": access, "expires_in": 3600}));
    peer.once("POST", TOKENS, answer("a1")).await;
    peer.on("POST", TOKENS, answer("a2")).await;
    let client = peer.client_with(Arc::new(ClientCredentials::new(consumer(&peer))), "");

    for _ in 0..2 {
        client.current_user().await.unwrap();
    }

    let (token, user) = (format!("POST {TOKENS}"), format!("GET {USER}"));
    assert_eq!(
        peer.asked().await,
        [token.clone(), user.clone(), token, user.clone(), user]
    );
    assert_eq!(
        peer.requests().await[0].body,
        b"grant_type=client_credentials"
    );
}

#[tokio::test]
async fn a_code_becomes_a_grant_and_a_wrong_consumer_is_told() {
    let peer = Peer::start().await;
    peer.once("POST", TOKENS, tokens("a1", "r1")).await;
    peer.once("POST", TOKENS, refused("invalid_client")).await;
    peer.on("POST", TOKENS, ResponseTemplate::new(401)).await;
    let consumer = consumer(&peer);

    let granted = consumer.exchange_code(&"c+de".into()).await.unwrap();

    assert_eq!(granted.access_token.expose_secret(), "a1");
    assert_eq!(granted.expires_at.as_second(), NOW + 7_200);
    assert_eq!(
        peer.requests().await[0].body,
        b"grant_type=authorization_code&code=c%2Bde"
    );
    for _ in 0..2 {
        assert_eq!(
            consumer.client_credentials().await.unwrap_err(),
            AuthorizeError::ConsumerRefused
        );
    }
    let shown = format!(
        "{granted:?} {consumer:?} {:?}",
        ClientCredentials::new(consumer.clone())
    );
    for secret in ["a1", "r1", "consumer-secret", "consumer-key"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
