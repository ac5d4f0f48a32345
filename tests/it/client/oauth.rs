//! OAuth 2.0 against the stand-in's token endpoint: consent, tokens that expire, refresh tokens that work once, and an app's grant.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bitbucket_api_paths::{Query, site};
use bitbucket_http_client::{
    AccessToken, ApiError, ApiErrorCause, Authorize, AuthorizeError, BaseUrl, BitbucketClient,
    ClientCredentials, ConnectGrant, CurrentAccess as _, GrantStore, GrantStoreError,
    HyperTransport, OAuthConsumer, OAuthGrant, Repositories as _, RotatingGrant,
};
use bitbucket_simulator::{Fault, Half, acme};
use futures_util::future::join_all;
use secrecy::{ExposeSecret as _, SecretString};

use super::peer::{Peer, now, rocket};

const TOKENS: &str = "/site/oauth2/access_token";
const USER: &str = "/2.0/user";

/// Keeps one grant in memory, can fail, and looks at what the peer was asked when something is saved.
#[derive(Default)]
struct Store {
    grant: Mutex<Option<OAuthGrant>>,
    failing: AtomicBool,
    saved: AtomicUsize,
}

impl Store {
    fn with(grant: OAuthGrant) -> Arc<Self> {
        Arc::new(Self {
            grant: Mutex::new(Some(grant)),
            ..Self::default()
        })
    }

    fn refresh_token(&self) -> String {
        let kept = self.grant.lock().unwrap();
        let token = kept.as_ref().unwrap().refresh_token.as_ref().unwrap();
        token.expose_secret().to_owned()
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
        self.saved.fetch_add(1, Ordering::SeqCst);
        Ok(true)
    }
}

fn transport() -> Arc<HyperTransport> {
    Arc::new(HyperTransport::builder().build().unwrap())
}

fn site_of(peer: &Peer) -> BaseUrl {
    BaseUrl::parse(peer.simulator.bitbucket_url()).unwrap()
}

fn consumer_with(peer: &Peer, secret: &str) -> OAuthConsumer {
    let secret = SecretString::from(secret);
    let key = acme::OAUTH_KEY;
    OAuthConsumer::new(site_of(peer), transport(), key, &secret, Arc::new(now))
}

fn consumer(peer: &Peer) -> OAuthConsumer {
    consumer_with(peer, acme::OAUTH_SECRET)
}

/// The browser follows the address of consent; what its person comes back with.
async fn consent(peer: &Peer, more: Query) -> String {
    let address = site::authorize(acme::OAUTH_KEY, "s t&te", more);
    let uri = format!(
        "{}{}",
        peer.simulator.bitbucket_url(),
        address.path_and_query()
    );
    let client: hyper_util::client::legacy::Client<_, String> =
        hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new())
            .build_http();
    let answer = client.get(uri.parse().unwrap()).await.unwrap();
    assert_eq!(answer.status(), 302);
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    let back = location.strip_prefix(acme::OAUTH_CALLBACK).unwrap();
    let result = back.strip_suffix("&state=s%20t%26te").unwrap();
    result.strip_prefix('?').unwrap().to_owned()
}

async fn code(peer: &Peer) -> SecretString {
    let result = consent(peer, Query::new()).await;
    result.strip_prefix("code=").unwrap().into()
}

/// A grant of Ada's, with its access token worn out.
async fn expired(peer: &Peer) -> OAuthGrant {
    let code = code(peer).await;
    let grant = consumer(peer).exchange_code(&code).await.unwrap();
    peer.asked();
    OAuthGrant {
        expires_at: now(),
        ..grant
    }
}

fn rotating(peer: &Peer, store: &Arc<Store>) -> BitbucketClient {
    let store = Arc::clone(store) as Arc<dyn GrantStore>;
    peer.client_as(Arc::new(RotatingGrant::new(consumer(peer), store)))
}

/// How often tokens were asked for, and the user, since the last asking.
fn asked(peer: &Peer) -> (usize, usize) {
    let asked = peer.asked();
    let of = |path| asked.iter().filter(|one| one.path == path).count();
    (of(TOKENS), of(USER))
}

#[track_caller]
fn cause(outcome: Result<impl std::fmt::Debug, ApiError>) -> AuthorizeError {
    match outcome.unwrap_err().cause() {
        ApiErrorCause::Authorize(error) => error.clone(),
        other => panic!("another cause: {other:?}"),
    }
}

#[tokio::test]
async fn a_persons_consent_becomes_a_grant_once() {
    let peer = Peer::start().await;
    let code = code(&peer).await;
    let grant = consumer(&peer).exchange_code(&code).await.unwrap();
    assert_eq!(grant.expires_at.duration_since(now()).as_secs(), 7_200);
    assert!(grant.access_token.expose_secret().len() > 2_500);
    let store = Store::with(grant);
    let user = rotating(&peer, &store).current_user().await.unwrap();
    assert_eq!(user.display_name, "Ada Lovelace");
    let again = consumer(&peer).exchange_code(&code).await.unwrap_err();
    assert_eq!(again, AuthorizeError::ReconnectNeeded);
    // Nothing that was asked shows the code or a token.
    for record in peer.asked() {
        let shown = format!("{} {}", record.line(), record.body);
        assert!(!shown.contains(code.expose_secret()), "{shown}");
    }
}

#[tokio::test]
async fn a_code_with_a_challenge_needs_its_verifier_and_a_person_may_refuse() {
    let peer = Peer::start().await;
    // RFC 7636, appendix B.
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let more = Query::new()
        .param("code_challenge", challenge)
        .param("code_challenge_method", "S256");
    let result = consent(&peer, more).await;
    let code = SecretString::from(result.strip_prefix("code=").unwrap());
    let refused = consumer(&peer).exchange_code(&code).await.unwrap_err();
    assert_eq!(refused, AuthorizeError::ReconnectNeeded);
    peer.change(|world| world.bitbucket.person_at_browser = None);
    assert_eq!(consent(&peer, Query::new()).await, "error=access_denied");
}

#[tokio::test]
async fn many_calls_at_once_renew_an_expired_token_once() {
    let peer = Peer::start().await;
    let store = Store::with(expired(&peer).await);
    let first = store.refresh_token();
    let client = rotating(&peer, &store);
    let users = join_all((0..20).map(|_| client.current_user())).await;
    assert!(users.iter().all(Result::is_ok), "{users:?}");
    assert_eq!(asked(&peer), (1, 20));
    assert_eq!(store.saved.load(Ordering::SeqCst), 1);
    assert_ne!(store.refresh_token(), first);
    // A refresh token works once.
    let refused = consumer(&peer).refresh(&first.into()).await.unwrap_err();
    assert_eq!(refused, AuthorizeError::ReconnectNeeded);
}

#[tokio::test]
async fn a_token_is_not_presented_before_its_refresh_token_is_safe() {
    let peer = Peer::start().await;
    let store = Store::with(expired(&peer).await);
    store.failing.store(true, Ordering::SeqCst);
    let client = rotating(&peer, &store);
    for _ in 0..2 {
        let cause = cause(client.current_user().await);
        assert_eq!(cause, AuthorizeError::Unavailable);
    }
    // Asked for once, for it works once; and not presented.
    assert_eq!(asked(&peer), (1, 0));
    store.failing.store(false, Ordering::SeqCst);
    client.current_user().await.unwrap();
    assert_eq!(asked(&peer), (0, 1));
    assert_eq!(store.saved.load(Ordering::SeqCst), 1);
    // What was saved is the newest: another process can go on from it.
    let kept = SecretString::from(store.refresh_token());
    consumer(&peer).refresh(&kept).await.unwrap();
}

#[tokio::test]
async fn a_token_that_died_early_is_renewed_once_and_a_dead_grant_needs_a_person() {
    let peer = Peer::start().await;
    let grant = OAuthGrant {
        expires_at: jiff::Timestamp::MAX,
        ..expired(&peer).await
    };
    peer.change(|world| world.bitbucket.oauth_tokens[0].expires_at = now());
    let store = Store::with(grant);
    let client = rotating(&peer, &store);
    client.current_user().await.unwrap();
    assert_eq!(asked(&peer), (1, 2));
    // The person takes the consent back.
    peer.change(|world| world.bitbucket.oauth_tokens.clear());
    let error = client.current_user().await.unwrap_err();
    assert_eq!(
        (error.code(), error.is_retryable()),
        ("reconnect_needed", false)
    );
    assert_eq!(asked(&peer), (1, 1));
}

#[tokio::test]
async fn a_token_endpoint_in_trouble_is_asked_again_only_by_the_next_call() {
    let peer = Peer::start().await;
    let store = Store::with(expired(&peer).await);
    let client = rotating(&peer, &store);
    peer.fail(Fault::status(Half::Bitbucket, 503).html().once());
    let error = client.current_user().await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    assert_eq!(asked(&peer), (1, 0));
    client.current_user().await.unwrap();
    assert_eq!(asked(&peer), (1, 1));
}

#[tokio::test]
async fn two_processes_share_one_grant() {
    let peer = Peer::start().await;
    let store = Store::with(expired(&peer).await);
    let (one, other) = (rotating(&peer, &store), rotating(&peer, &store));
    // Both have read the worn-out grant; the other one finds what the first one saved.
    one.current_user().await.unwrap();
    other.current_user().await.unwrap();
    assert_eq!(store.saved.load(Ordering::SeqCst), 1);
    assert_eq!(asked(&peer), (1, 2));
}

#[tokio::test]
async fn a_consumer_acts_as_its_owner_and_a_wrong_secret_is_told() {
    let peer = Peer::start().await;
    let client = peer.client_as(Arc::new(ClientCredentials::new(consumer(&peer))));
    for _ in 0..2 {
        let user = client.current_user().await.unwrap();
        assert_eq!(user.display_name, "Ada Lovelace");
    }
    assert_eq!(asked(&peer), (1, 2));
    let stranger = ClientCredentials::new(consumer_with(&peer, "a guess"));
    let refused = cause(peer.client_as(Arc::new(stranger)).current_user().await);
    assert_eq!(refused, AuthorizeError::ConsumerRefused);
}

#[tokio::test]
async fn an_app_trades_its_signature_for_a_token_until_it_is_uninstalled() {
    let peer = Peer::start().await;
    let grant = || -> Arc<dyn Authorize> {
        Arc::new(ConnectGrant::new(
            site_of(&peer),
            transport(),
            acme::CONNECT_APP_KEY.to_owned(),
            acme::CONNECT_CLIENT_KEY.to_owned(),
            bitbucket_jwt_auth::SharedSecret::new(acme::CONNECT_SHARED_SECRET.to_owned()),
            Arc::new(now),
        ))
    };
    let app = peer.client_as(grant());
    for _ in 0..2 {
        assert_eq!(app.repository(&rocket()).await.unwrap().name, "Rocket");
    }
    let records = peer.asked();
    let schemes: Vec<&str> = records
        .iter()
        .map(|one| one.headers["authorization"].as_str())
        .collect();
    assert_eq!(schemes, ["JWT ***", "Bearer ***", "Bearer ***"]);
    peer.change(|world| world.bitbucket.installations.clear());
    let gone = cause(peer.client_as(grant()).repository(&rocket()).await);
    assert_eq!(gone, AuthorizeError::ReconnectNeeded);
}

#[tokio::test]
async fn a_token_expires_when_the_peer_said_it_would() {
    let peer = Peer::start().await;
    let grant = consumer(&peer).client_credentials().await.unwrap();
    let client = peer.client_as(Arc::new(AccessToken::new(&grant.access_token)));
    let later = |seconds| bitbucket_simulator::Clock::Stopped(now()).advanced(seconds);
    peer.change(|world| world.clock = later(7_199));
    client.current_user().await.unwrap();
    peer.change(|world| world.clock = later(7_200));
    let error = client.current_user().await.unwrap_err();
    assert_eq!(*error.cause(), ApiErrorCause::Unauthorized);
}
