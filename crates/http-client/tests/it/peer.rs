//! A peer that answers as told and remembers what it was asked.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use bitbucket_api_paths::{RepoFullName, RepoRef};
use bitbucket_http_client::policy::{Jitter, Retry, RetryPolicy, Wait};
use bitbucket_http_client::{
    AccessToken, Authorize, BaseUrl, BitbucketClient, Clock, HyperTransport,
};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

pub(crate) const TOKEN: &str = "ATCTT3xFfGN0-secret-token";
pub(crate) const SHA_A: &str = "1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b";
pub(crate) const SHA_B: &str = "2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b1c";
pub(crate) const UUID: &str = "{0d1e2f3a-4b5c-6d7e-8f9a-0b1c2d3e4f5a}";

/// A wait that takes no time and is remembered.
#[derive(Default)]
pub(crate) struct Waits(Mutex<Vec<Duration>>);

impl Waits {
    pub(crate) fn taken(&self) -> Vec<Duration> {
        self.0.lock().unwrap().clone()
    }
}

#[async_trait]
impl Wait for Waits {
    async fn wait(&self, duration: Duration) {
        self.0.lock().unwrap().push(duration);
    }
}

pub(crate) struct Peer {
    pub(crate) server: MockServer,
    pub(crate) waits: Arc<Waits>,
}

impl Peer {
    pub(crate) async fn start() -> Self {
        Self {
            server: MockServer::start().await,
            waits: Arc::default(),
        }
    }

    /// Answers each `verb` of `at` with `template`.
    pub(crate) async fn on(&self, verb: &str, at: &str, template: ResponseTemplate) {
        Mock::given(method(verb))
            .and(path(at))
            .respond_with(template)
            .mount(&self.server)
            .await;
    }

    /// Answers the next `verb` of `at` with `template`, once.
    pub(crate) async fn once(&self, verb: &str, at: &str, template: ResponseTemplate) {
        Mock::given(method(verb))
            .and(path(at))
            .respond_with(template)
            .up_to_n_times(1)
            .mount(&self.server)
            .await;
    }

    pub(crate) fn client(&self) -> BitbucketClient {
        self.client_with(Arc::new(AccessToken::new(&TOKEN.into())), "")
    }

    /// A client with another credential, or below a path prefix.
    pub(crate) fn client_with(&self, auth: Arc<dyn Authorize>, prefix: &str) -> BitbucketClient {
        let base = BaseUrl::parse(&format!("{}{prefix}", self.server.uri())).unwrap();
        client_of(base, auth, self.waits.clone())
    }

    /// The lines `METHOD path?query` of what was asked, in order.
    pub(crate) async fn asked(&self) -> Vec<String> {
        let line = |request: &wiremock::Request| {
            let query = request
                .url
                .query()
                .map(|query| format!("?{query}"))
                .unwrap_or_default();
            format!("{} {}{query}", request.method, request.url.path())
        };
        self.requests().await.iter().map(line).collect()
    }

    pub(crate) async fn requests(&self) -> Vec<wiremock::Request> {
        self.server.received_requests().await.unwrap()
    }
}

/// A client of a base URL that waits without time.
pub(crate) fn client_of(
    base: BaseUrl,
    auth: Arc<dyn Authorize>,
    waits: Arc<Waits>,
) -> BitbucketClient {
    let transport = HyperTransport::builder()
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap();
    let retry = Retry::new(RetryPolicy::default(), waits, Jitter::seeded(1));
    BitbucketClient::new(base, Arc::new(transport), auth, clock()).with_retry(retry)
}

pub(crate) fn clock() -> Clock {
    Arc::new(|| jiff::Timestamp::from_second(1_800_000_000).unwrap())
}

pub(crate) fn rocket() -> RepoRef {
    RepoRef::from(RepoFullName::parse("acme/rocket").unwrap())
}

pub(crate) fn json(body: serde_json::Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}
