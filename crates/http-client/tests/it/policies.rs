//! The hourly budget, redirects and time at the wire.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use bitbucket_http_client::policy::{
    Budget, BudgetExhausted, Concurrency, Jitter, MemoryCounter, Priority, Retry, RetryPolicy,
    TokioWait,
};
use bitbucket_http_client::{
    AccessToken, ApiErrorCause, Authorize, BitbucketClient, Call, ConnectFailure, ConnectGrant,
    HyperTransport, PublicOnly, RedirectError, Redirects, Repositories as _, Transport,
    TransportError,
};
use bitbucket_jwt_auth::SharedSecret;
use bytes::Bytes;
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::faulty::{Faulty, Step};
use crate::peer::{Peer, TOKEN, UUID, clock, json, rocket};

const ROCKET: &str = "/2.0/repositories/acme/rocket";

fn repository() -> ResponseTemplate {
    json(json!({"uuid": UUID, "full_name": "acme/rocket"}))
}

fn file(redirects: Redirects) -> Call<'static> {
    Call::new("GET", "/2.0/src/{path}", "/2.0/src/file").redirects(redirects)
}

fn redirect(to: &str) -> ResponseTemplate {
    ResponseTemplate::new(302).insert_header("location", to)
}

#[tokio::test]
async fn what_is_above_the_budget_is_refused_before_it_is_sent() {
    let peer = Peer::start().await;
    peer.on("GET", ROCKET, repository()).await;
    let budget = Budget::new("acme", Arc::new(MemoryCounter::default())).with_requests_per_hour(10);
    let client = peer.client().with_budget(Arc::new(budget));
    let import = client.clone().with_priority(Priority::Background);

    for _ in 0..7 {
        import.repository(&rocket()).await.unwrap();
    }
    let refused = import.repository(&rocket()).await.unwrap_err();
    client.repository(&rocket()).await.unwrap();

    let exhausted = BudgetExhausted {
        priority: Priority::Background,
        retry_after: Duration::from_secs(3_660),
    };
    assert_eq!(refused.cause(), &ApiErrorCause::BudgetExhausted(exhausted));
    assert_eq!(
        (
            refused.is_retryable(),
            refused.retry_after(),
            refused.attempts()
        ),
        (true, Some(exhausted.retry_after), 0)
    );
    assert_eq!(peer.requests().await.len(), 8);
}

#[tokio::test]
async fn a_rate_limit_is_told_as_such_and_the_next_call_is_not_sent() {
    let peer = Peer::start().await;
    peer.on("GET", ROCKET, ResponseTemplate::new(429)).await;
    let budget = Budget::new("acme", Arc::new(MemoryCounter::default()));
    let client = peer.client().with_budget(Arc::new(budget));

    let first = client.repository(&rocket()).await.unwrap_err();
    let second = client.repository(&rocket()).await.unwrap_err();

    assert_eq!(
        first.cause(),
        &ApiErrorCause::RateLimited { retry_after: None }
    );
    assert_eq!(second.code(), "budget_exhausted");
    assert_eq!(peer.requests().await.len(), 1);
}

#[tokio::test]
async fn a_redirect_below_the_base_url_is_followed_with_the_credential() {
    let peer = Peer::start().await;
    peer.on("GET", "/2.0/src/file", redirect("/2.0/diff/a..b?x=1"))
        .await;
    let body = ResponseTemplate::new(200).set_body_string("here");
    peer.on("GET", "/2.0/diff/a..b", body).await;

    let answer = peer.client().execute(&file(Redirects::Own)).await.unwrap();

    assert_eq!(answer.body, Bytes::from("here"));
    for request in peer.requests().await {
        assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}"));
    }
}

#[tokio::test]
async fn a_redirect_to_another_host_is_followed_without_the_credential() {
    let (peer, media) = (Peer::start().await, Peer::start().await);
    let there = format!("{}/blob?sig=1", media.server.uri());
    peer.on("GET", "/2.0/src/file", redirect(&there)).await;
    let body = ResponseTemplate::new(200).set_body_string("large");
    media.on("GET", "/blob", body).await;

    let answer = peer
        .client()
        .stream(&file(Redirects::AnyHost))
        .await
        .unwrap();

    assert_eq!(answer.collect_up_to(10).await, Ok(Bytes::from("large")));
    let asked = media.requests().await;
    assert_eq!(asked.len(), 1);
    assert!(!asked[0].headers.contains_key("authorization"));
    let own = peer.client().execute(&file(Redirects::Own)).await;
    assert_eq!(
        own.unwrap_err().cause(),
        &ApiErrorCause::Redirect(RedirectError::Foreign)
    );
}

#[tokio::test]
async fn another_host_cannot_send_the_credential_back() {
    let (peer, media) = (Peer::start().await, Peer::start().await);
    let there = format!("{}/blob", media.server.uri());
    let back = format!("{}/2.0/user", peer.server.uri());
    peer.on("GET", "/2.0/src/file", redirect(&there)).await;
    peer.on("GET", "/2.0/user", ResponseTemplate::new(401))
        .await;
    media.on("GET", "/blob", redirect(&back)).await;

    let refused = peer.client().execute(&file(Redirects::AnyHost)).await;

    assert_eq!(refused.unwrap_err().cause(), &ApiErrorCause::Unauthorized);
    let last = peer.requests().await.pop().unwrap();
    assert_eq!(last.url.path(), "/2.0/user");
    assert!(!last.headers.contains_key("authorization"));
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let peer = Peer::start().await;
    peer.on("GET", "/2.0/src/file", redirect("/2.0/src/file"))
        .await;
    let refused = peer.client().execute(&file(Redirects::Own)).await;
    assert_eq!(
        refused.unwrap_err().cause(),
        &ApiErrorCause::Redirect(RedirectError::TooMany { limit: 3 })
    );
    assert_eq!(peer.requests().await.len(), 4);
}

#[tokio::test]
async fn a_host_that_a_peer_named_is_not_looked_for_in_a_private_network() {
    let transport = HyperTransport::builder().build().unwrap();
    for host in ["127.0.0.1", "localhost", "[::1]"] {
        let mut request = http::Request::new(Bytes::new());
        *request.uri_mut() = format!("https://{host}:1/x").parse().unwrap();
        request.extensions_mut().insert(PublicOnly);
        let error = transport.send(request).await.unwrap_err();
        let forbidden = matches!(
            error,
            TransportError::Connect {
                failure: ConnectFailure::ForbiddenAddress | ConnectFailure::Resolve,
                ..
            }
        );
        assert!(forbidden, "{host}: {error:?}");
    }
}

#[tokio::test]
async fn a_call_ends_with_its_time_whatever_the_attempts() {
    let peer = Faulty::start(vec![vec![Step::Silence]]).await;
    let limit = Duration::from_millis(300);
    let auth = Arc::new(AccessToken::new(&TOKEN.into()));
    let transport = Arc::new(HyperTransport::builder().build().unwrap());
    let retry = Retry::new(
        RetryPolicy::default(),
        Arc::new(TokioWait),
        Jitter::seeded(1),
    );
    let client = BitbucketClient::new(peer.base(), transport, auth, clock())
        .with_retry(retry)
        .with_overall_timeout(limit);

    let error = client.repository(&rocket()).await.unwrap_err();

    assert_eq!(
        error.cause(),
        &ApiErrorCause::Transport(TransportError::TimedOut { limit })
    );
    peer.served_all().await;
}

#[tokio::test]
async fn a_streamed_answer_keeps_its_place_until_it_is_dropped() {
    let peer = Peer::start().await;
    peer.on(
        "GET",
        "/2.0/src/file",
        ResponseTemplate::new(200).set_body_string("x"),
    )
    .await;
    let client = peer
        .client()
        .with_concurrency(Concurrency::new(NonZeroUsize::MIN));
    let call = file(Redirects::Refuse);

    let first = client.stream(&call).await.unwrap();
    let mut second = Box::pin(client.stream(&call));
    assert!(futures_util::poll!(&mut second).is_pending());
    drop(first);
    second.await.unwrap();

    assert_eq!(peer.requests().await.len(), 2);
}

fn connect(site: &Peer) -> Arc<dyn Authorize> {
    let base = site.server.uri().parse().unwrap();
    let transport: Arc<dyn Transport> = Arc::new(HyperTransport::builder().build().unwrap());
    let secret = SharedSecret::new("a-shared-secret-of-thirty-two-bytes".to_owned());
    let (app, installation) = ("app.example".to_owned(), "connection:1".to_owned());
    Arc::new(ConnectGrant::new(
        base,
        transport,
        app,
        installation,
        secret,
        clock(),
    ))
}

#[tokio::test]
async fn a_connect_app_trades_its_token_once_and_again_when_it_is_refused() {
    let (site, peer) = (Peer::start().await, Peer::start().await);
    let token = |token: &str| json(json!({"access_token": token, "expires_in": 3600}));
    site.once("POST", "/site/oauth2/access_token", token("one"))
        .await;
    site.on("POST", "/site/oauth2/access_token", token("two"))
        .await;
    peer.once("GET", ROCKET, repository()).await;
    peer.once("GET", ROCKET, ResponseTemplate::new(401)).await;
    peer.on("GET", ROCKET, repository()).await;
    let client = peer.client_with(connect(&site), "");

    client.repository(&rocket()).await.unwrap();
    client.repository(&rocket()).await.unwrap();

    let bearer = |request: &wiremock::Request| {
        request.headers["authorization"]
            .to_str()
            .unwrap()
            .to_owned()
    };
    let presented: Vec<_> = peer.requests().await.iter().map(bearer).collect();
    assert_eq!(presented, ["Bearer one", "Bearer one", "Bearer two"]);
    let asked = site.requests().await;
    assert_eq!(asked.len(), 2);
    assert!(bearer(&asked[0]).starts_with("JWT ey"));
    assert_eq!(asked[0].body, b"grant_type=urn%3Abitbucket%3Aoauth2%3Ajwt");
}

#[tokio::test]
async fn an_installation_that_is_gone_has_to_connect_again() {
    let (site, peer) = (Peer::start().await, Peer::start().await);
    site.on(
        "POST",
        "/site/oauth2/access_token",
        ResponseTemplate::new(401),
    )
    .await;
    let error = peer
        .client_with(connect(&site), "")
        .repository(&rocket())
        .await
        .unwrap_err();
    assert_eq!(error.code(), "reconnect_needed");
    assert!(peer.requests().await.is_empty());
}
