//! What a typed call costs above a bare hyper client that asks the same of the same peer and reads the same model.
//!
//! Both talk to a server in this process, over loopback and one kept connection; the difference is the client's: base URL,
//! credential, policies, tracing, evidence.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on fails")]

use std::convert::Infallible;
use std::hint::black_box;
use std::sync::Arc;

use bitbucket_api_paths::{RepoFullName, RepoRef};
use bitbucket_http_client::{
    AccessToken, BaseUrl, BitbucketClient, HyperTransport, Repositories as _, Repository,
};
use bytes::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const REPOSITORY: &str = r#"{"type": "repository", "uuid": "{0d1e2f3a-4b5c-6d7e-8f9a-0b1c2d3e4f5a}", "full_name": "acme/rocket",
    "name": "rocket", "mainbranch": {"type": "branch", "name": "main"}, "is_private": true, "description": "Goes up.",
    "workspace": {"uuid": "{0d1e2f3a-4b5c-6d7e-8f9a-0b1c2d3e4f5b}"}, "links": {"html": {"href": "https://bitbucket.org/acme/rocket"}}}"#;

/// Serves the repository to everybody; the port.
async fn serve() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).unwrap();
            let answer = service_fn(async |_: http::Request<Incoming>| {
                Ok::<_, Infallible>(http::Response::new(Full::new(Bytes::from_static(
                    REPOSITORY.as_bytes(),
                ))))
            });
            let server = hyper::server::conn::http1::Builder::new();
            tokio::spawn(server.serve_connection(TokioIo::new(stream), answer));
        }
    });
    port
}

type Bare = Client<HttpConnector, Empty<Bytes>>;

async fn bare(client: &Bare, address: &str) -> Repository {
    let request = http::Request::get(address)
        .header("authorization", "Bearer token")
        .header("accept", "application/json")
        .header("user-agent", "bare")
        .body(Empty::new())
        .unwrap();
    let answer = client.request(request).await.unwrap();
    assert!(answer.status().is_success());
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

fn overhead(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let port = runtime.block_on(serve());
    let mut group = criterion.benchmark_group("one_call");

    let mut tcp = HttpConnector::new();
    tcp.set_nodelay(true);
    let client: Bare = Client::builder(TokioExecutor::new()).build(tcp);
    let address = format!("http://127.0.0.1:{port}/2.0/repositories/acme/rocket");
    group.bench_function("bare_hyper", |bencher| {
        bencher.iter(|| runtime.block_on(bare(&client, black_box(&address))));
    });

    let base = BaseUrl::parse(&format!("http://127.0.0.1:{port}")).unwrap();
    let transport = Arc::new(HyperTransport::builder().build().unwrap());
    let auth = Arc::new(AccessToken::new(&"token".into()));
    let clock = Arc::new(|| jiff::Timestamp::UNIX_EPOCH);
    let client = BitbucketClient::new(base, transport, auth, clock);
    let rocket = RepoRef::from(RepoFullName::parse("acme/rocket").unwrap());
    group.bench_function("typed_client", |bencher| {
        bencher.iter(|| {
            runtime
                .block_on(client.repository(black_box(&rocket)))
                .unwrap()
        });
    });
    group.finish();
}

criterion_group!(benches, overhead);
criterion_main!(benches);
