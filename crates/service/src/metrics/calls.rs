//! Counts and times calls to Bitbucket and trackers, and keeps those to hosts that nobody configured out of private networks.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use bitbucket_api_paths::{Endpoint, Method};
use bitbucket_http_client::{BodyStream, PublicOnly, Transport, TransportError};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, Uri};

use super::Metrics;
use super::labels::{CallLabels, PeerLabels, method};
use crate::config::HttpUrl;

/// Bitbucket's header that says that little of the hourly allowance is left.
const NEAR_LIMIT: &str = "x-ratelimit-nearlimit";

/// Words that paths of trackers' APIs are made of; everything else in them names something.
const WORDS: [&str; 14] = [
    "api",
    "0",
    "organizations",
    "issues",
    "comments",
    "notes",
    "releases",
    "commits",
    "deploys",
    "projects",
    "shortids",
    "groups",
    "repos",
    "events",
];

/// Where a configured peer is.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    name: String,
    address: Uri,
}

impl Peer {
    /// `bitbucket`, or the name of a tracker. An address that is none has no peer.
    pub(crate) fn new(name: impl Into<String>, url: &HttpUrl) -> Option<Self> {
        Some(Self {
            name: name.into(),
            address: url.as_str().parse().ok()?,
        })
    }

    fn is_at(&self, uri: &Uri) -> bool {
        let host = |uri: &Uri| uri.host().map(str::to_ascii_lowercase);
        let port = |uri: &Uri| {
            let usual = if uri.scheme_str() == Some("http") {
                80
            } else {
                443
            };
            uri.port_u16().unwrap_or(usual)
        };
        host(uri) == host(&self.address)
            && port(uri) == port(&self.address)
            && uri.scheme() == self.address.scheme()
    }
}

/// A transport that counts.
pub(crate) struct Counted<T> {
    inner: T,
    peers: Vec<Peer>,
    metrics: Arc<Metrics>,
}

/// One call on its way.
struct Under {
    peer: String,
    method: &'static str,
    template: Cow<'static, str>,
    started: Instant,
}

impl<T: Transport> Counted<T> {
    /// `peers` are the hosts of the configuration, Bitbucket first.
    pub(crate) fn new(inner: T, peers: Vec<Peer>, metrics: Arc<Metrics>) -> Self {
        Self {
            inner,
            peers,
            metrics,
        }
    }

    /// Notes the call, and keeps it to public addresses unless its host is configured.
    fn begin(&self, request: &mut Request<Bytes>) -> Under {
        let peer = self.peers.iter().find(|peer| peer.is_at(request.uri()));
        if peer.is_none() {
            request.extensions_mut().insert(PublicOnly);
        }
        let template = match peer {
            Some(peer) => template(peer, request),
            None => Cow::Borrowed("other"),
        };
        Under {
            peer: peer.map_or_else(|| "other".to_owned(), |peer| peer.name.clone()),
            method: method(request.method().as_str()),
            template,
            started: Instant::now(),
        }
    }

    fn end<B>(&self, under: Under, outcome: &Result<Response<B>, TransportError>) {
        let status = match outcome {
            Ok(response) => Cow::Owned(response.status().as_u16().to_string()),
            Err(error) => Cow::Borrowed(error.code()),
        };
        if let Ok(response) = outcome {
            self.note_limit(&under.peer, response.headers());
        }
        let labels = CallLabels {
            peer: under.peer,
            method: under.method,
            template: under.template,
            status,
        };
        let took = under.started.elapsed().as_secs_f64();
        self.metrics.calls.get_or_create(&labels).observe(took);
    }

    fn note_limit(&self, peer: &str, headers: &HeaderMap) {
        let near = headers
            .get(NEAR_LIMIT)
            .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"));
        if near {
            let labels = PeerLabels {
                peer: peer.to_owned(),
            };
            self.metrics.near_limit.get_or_create(&labels).inc();
        }
    }
}

/// The endpoint without what it names.
fn template(peer: &Peer, request: &Request<Bytes>) -> Cow<'static, str> {
    let path = request.uri().path();
    let base = peer.address.path().trim_end_matches('/');
    let path = path.strip_prefix(base).unwrap_or(path);
    let method: Option<Method> = request.method().as_str().parse().ok();
    let known = method.and_then(|method| Endpoint::parse(method, path).ok());
    match known {
        Some(endpoint) => Cow::Borrowed(endpoint.template()),
        None => Cow::Owned(generic(path)),
    }
}

fn generic(path: &str) -> String {
    let segment = |part: &str| match WORDS.into_iter().find(|word| *word == part) {
        Some(word) => word.to_owned(),
        None if part.is_empty() => String::new(),
        None => "{}".to_owned(),
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

#[async_trait]
impl<T: Transport> Transport for Counted<T> {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let under = self.begin(&mut request);
        let outcome = self.inner.send(request).await;
        self.end(under, &outcome);
        outcome
    }

    async fn stream(
        &self,
        mut request: Request<Bytes>,
    ) -> Result<Response<BodyStream>, TransportError> {
        let under = self.begin(&mut request);
        let outcome = self.inner.stream(request).await;
        self.end(under, &outcome);
        outcome
    }
}
