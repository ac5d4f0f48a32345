//! All repositories of a large workspace, one after the other, from a peer in this process that makes its pages up.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::pin::pin;
use std::sync::Arc;

use anyhow::ensure;
use bitbucket_api_paths::{Workspace, repositories};
use bitbucket_http_client::{AccessToken, BaseUrl, BitbucketClient, HyperTransport, Repository};
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use secrecy::SecretString;
use tokio::net::TcpListener;

use crate::clock::{cpu_seconds, now};
use crate::process::Process;
use crate::sample::Sample;

/// What Bitbucket puts on a page at most.
const PER_PAGE: usize = 100;

#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Arguments {
    /// How many repositories the workspace has.
    #[arg(long, default_value_t = 10_000)]
    repositories: usize,
    /// Ask for the next page while one is read.
    #[arg(long)]
    ahead: bool,
}

pub(crate) async fn run(arguments: &Arguments) -> anyhow::Result<Sample> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let base = format!("http://{}", listener.local_addr()?);
    tokio::spawn(serve(listener, base.clone(), arguments.repositories));
    let token = SecretString::from("a-token".to_owned());
    let client = BitbucketClient::new(
        BaseUrl::parse(&base)?,
        Arc::new(HyperTransport::builder().build()?),
        Arc::new(AccessToken::new(&token)),
        Arc::new(now),
    );
    // One page, so that what is made once is made.
    ensure!(list(&client, arguments.ahead, PER_PAGE).await? == PER_PAGE);
    let process = Process::this();
    let (before, cpu) = (process.resident_mb()?, cpu_seconds());
    let listed = list(&client, arguments.ahead, usize::MAX).await?;
    let spent = cpu_seconds() - cpu;
    ensure!(
        listed == arguments.repositories,
        "{listed} repositories were listed"
    );
    let grown = (process.most_resident_mb()? - before).max(0.0);
    Ok(Sample::of("grown_mb", grown).with("cpu_seconds", spent))
}

/// Counts up to so many repositories, and keeps none.
async fn list(client: &BitbucketClient, ahead: bool, most: usize) -> anyhow::Result<usize> {
    let endpoint = repositories::list(&Workspace::parse("acme")?);
    let pages = client.pages::<Repository>(&endpoint);
    let mut listed = 0;
    if ahead {
        let mut stream = pin!(pages.into_prefetched_stream());
        while listed < most && stream.try_next().await?.is_some() {
            listed += 1;
        }
    } else {
        let mut stream = pin!(pages.into_stream());
        while listed < most && stream.try_next().await?.is_some() {
            listed += 1;
        }
    }
    Ok(listed)
}

async fn serve(listener: TcpListener, base: String, repositories: usize) {
    while let Ok((stream, _)) = listener.accept().await {
        let base = base.clone();
        let answer = service_fn(move |request: Request<Incoming>| {
            let page = page(
                &base,
                request.uri().query().unwrap_or_default(),
                repositories,
            );
            std::future::ready(Ok::<_, Infallible>(Response::new(Full::new(page))))
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
    }
}

/// The page that a query asks for.
fn page(base: &str, query: &str, repositories: usize) -> Bytes {
    let number = query.split('&').find_map(|pair| pair.strip_prefix("page="));
    let number: usize = number.and_then(|text| text.parse().ok()).unwrap_or(1);
    let (first, end) = (
        PER_PAGE * (number - 1),
        (PER_PAGE * number).min(repositories),
    );
    let mut text = String::from("{");
    // Writing to text never fails.
    if end < repositories {
        let _written = write!(
            text,
            r#""next": "{base}/2.0/repositories/acme?page={}&pagelen={PER_PAGE}", "#,
            number + 1
        );
    }
    let _written = write!(text, r#""pagelen": {PER_PAGE}, "values": ["#);
    for one in first..end {
        let comma = if one > first { "," } else { "" };
        let _written = write!(
            text,
            r#"{comma}{{"type": "repository", "uuid": "{{0d1e2f3a-4b5c-6d7e-8f9a-{one:012x}}}", "full_name": "acme/rocket-{one}", "name": "Rocket {one}",
            "mainbranch": {{"type": "branch", "name": "main"}}, "is_private": true, "description": "What number {one} is for, in a few words of its own.",
            "workspace": {{"uuid": "{{0d1e2f3a-4b5c-6d7e-8f9a-0b1c2d3e4f5b}}"}}, "links": {{"html": {{"href": "https://bitbucket.org/acme/rocket-{one}"}}}}}}"#
        );
    }
    text.push_str("]}");
    Bytes::from(text)
}
