//! The real wire: hyper's pooled client over rustls.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::connect::{ConnectTimedOut, Timed};
use super::decoding::{self, Source};
use super::failure::{before_answer, connect_failure, find, innermost};
use super::proxy::{ProxySettings, Via};
use super::reading::{self, StreamLimits};
use super::resolve::{ForbiddenAddress, Resolver};
use super::roots::{TransportConfigError, client_config};
use super::{BodyStream, ConnectFailure, Transport, TransportError};
use crate::redirect::{PublicOnly, is_public_host};

/// How often a connection of HTTP/2 is tried while calls wait on it, and how long its peer may take to say that it is there.
#[cfg(feature = "http2")]
const ALIVE_INTERVAL: Duration = Duration::from_secs(10);
#[cfg(feature = "http2")]
const ALIVE_TIMEOUT: Duration = Duration::from_secs(5);

type Connector = Timed<HttpsConnector<Via>>;

/// [`Transport`] on hyper and rustls (aws-lc-rs), with pooled connections: HTTP/1.1, and with the feature `http2` also
/// HTTP/2 where the peer agrees to it (ALPN).
///
/// It follows no redirect. Answers are asked for in gzip, unless a request has an `Accept-Encoding` or `Range` of its own,
/// and decoded as they arrive; limits on size hold for what was decoded. A proxy is used only when one is
/// [given](HyperTransportBuilder::proxy). Needs a Tokio runtime with time and I/O enabled. Clones share their connections.
#[derive(Clone)]
pub struct HyperTransport {
    client: Client<Connector, Full<Bytes>>,
    /// For hosts that a peer named: it connects to public addresses only.
    public: Client<Connector, Full<Bytes>>,
    limits: Limits,
}

#[derive(Debug, Clone, Copy)]
struct Limits {
    connect: Duration,
    overall: Duration,
    bytes: usize,
    stream: StreamLimits,
}

/// The settings of a [`HyperTransport`].
#[derive(Clone)]
#[must_use]
pub struct HyperTransportBuilder {
    limits: Limits,
    idle: Duration,
    authorities: Option<Vec<u8>>,
    proxy: Option<ProxySettings>,
}

impl HyperTransport {
    /// The settings: 5 s to connect, 30 s overall, answers up to 16 MiB, idle connections kept 30 s, public roots.
    /// Streamed answers: 30 s until they begin and between two pieces, 15 min in all, up to 1 GiB.
    pub fn builder() -> HyperTransportBuilder {
        HyperTransportBuilder {
            limits: Limits {
                connect: Duration::from_secs(5),
                overall: Duration::from_secs(30),
                bytes: 16 * 1024 * 1024,
                stream: StreamLimits {
                    stall: Duration::from_secs(30),
                    overall: Duration::from_secs(15 * 60),
                    bytes: 1024 * 1024 * 1024,
                },
            },
            idle: Duration::from_secs(30),
            authorities: None,
            proxy: None,
        }
    }

    /// The same connections with another time for one request, for a peer that takes its time or must not; see
    /// [`HyperTransportBuilder::timeout`].
    #[must_use]
    pub fn with_timeout(&self, limit: Duration) -> Self {
        let limits = Limits {
            overall: limit,
            ..self.limits
        };
        Self {
            limits,
            ..self.clone()
        }
    }

    async fn exchange(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let (head, body) = self.begun(request, self.limits.bytes).await?.into_parts();
        let body = reading::collect(body, self.limits.bytes).await?;
        Ok(http::Response::from_parts(head, body))
    }

    /// The answer once its head is there; of a compressed body at most `limit` bytes are read.
    async fn begun(
        &self,
        mut request: http::Request<Bytes>,
        limit: usize,
    ) -> Result<http::Response<Source>, TransportError> {
        let decode = decoding::ask_for_gzip(&mut request);
        let client = match request.extensions().get::<PublicOnly>() {
            None => &self.client,
            Some(PublicOnly) if request.uri().host().is_some_and(is_public_host) => &self.public,
            Some(PublicOnly) => return Err(forbidden()),
        };
        let answer = client
            .request(request.map(Full::new))
            .await
            .map_err(|error| self.refused(&error))?;
        if decode {
            Ok(decoding::decoded(answer, limit))
        } else {
            Ok(answer.map(Source::Plain))
        }
    }

    /// What `doing` brings within the time for one answer.
    async fn in_time<T>(
        &self,
        doing: impl Future<Output = Result<T, TransportError>>,
    ) -> Result<T, TransportError> {
        let limit = self.limits.overall;
        tokio::time::timeout(limit, doing)
            .await
            .unwrap_or(Err(TransportError::TimedOut { limit }))
    }

    fn refused(&self, error: &hyper_util::client::legacy::Error) -> TransportError {
        if error.is_connect() {
            return self.not_connected(error);
        }
        match find::<hyper::Error>(error) {
            Some(cause) => before_answer(cause),
            None => TransportError::Misuse {
                detail: innermost(error),
            },
        }
    }

    fn not_connected(&self, error: &hyper_util::client::legacy::Error) -> TransportError {
        if find::<ConnectTimedOut>(error).is_some() {
            return TransportError::ConnectTimedOut {
                limit: self.limits.connect,
            };
        }
        TransportError::Connect {
            failure: connect_failure(error),
            detail: innermost(error),
        }
    }
}

impl HyperTransportBuilder {
    /// The time for name look-up, TCP and TLS together.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.limits.connect = limit;
        self
    }

    /// The time for one request, from connecting to the last byte of the answer; for a streamed one to its beginning.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.limits.overall = limit;
        self
    }

    /// The longest pause between two pieces of a streamed answer.
    pub fn stream_stall_timeout(mut self, limit: Duration) -> Self {
        self.limits.stream.stall = limit;
        self
    }

    /// The time for the body of a streamed answer, however steadily it comes.
    pub fn stream_timeout(mut self, limit: Duration) -> Self {
        self.limits.stream.overall = limit;
        self
    }

    /// The largest streamed answer, in bytes.
    pub fn max_stream_bytes(mut self, limit: usize) -> Self {
        self.limits.stream.bytes = limit;
        self
    }

    /// The largest answer read whole, in bytes.
    pub fn max_response_bytes(mut self, limit: usize) -> Self {
        self.limits.bytes = limit;
        self
    }

    /// How long an unused connection is kept; shorter than the server's time spares stale ones.
    pub fn pool_idle_timeout(mut self, idle: Duration) -> Self {
        self.idle = idle;
        self
    }

    /// Trusts the authorities of this PEM file beside the public roots, for a private authority or a proxy that opens
    /// TLS.
    pub fn certificate_authorities(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.authorities = Some(pem.into());
        self
    }

    /// Connects through proxies where `settings` name one.
    pub fn proxy(mut self, settings: ProxySettings) -> Self {
        self.proxy = Some(settings);
        self
    }

    /// The transport. Connects nowhere yet.
    ///
    /// # Errors
    ///
    /// A [`TransportConfigError`] when the certificate authorities cannot be used.
    pub fn build(self) -> Result<HyperTransport, TransportConfigError> {
        let tls = client_config(self.authorities.as_deref())?;
        Ok(HyperTransport {
            client: self.client(tls.clone(), false),
            public: self.client(tls, true),
            limits: self.limits,
        })
    }

    fn client(
        &self,
        tls: rustls::ClientConfig,
        public_only: bool,
    ) -> Client<Connector, Full<Bytes>> {
        let via = Via::new(tcp(public_only), tcp(false), self.proxy.clone());
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1();
        #[cfg(feature = "http2")]
        let https = https.enable_http2();
        let https = https.wrap_connector(via);
        let mut client = Client::builder(TokioExecutor::new());
        // A connection that many calls share must not keep them waiting when its peer is gone.
        #[cfg(feature = "http2")]
        client
            .http2_keep_alive_interval(ALIVE_INTERVAL)
            .http2_keep_alive_timeout(ALIVE_TIMEOUT);
        client
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_idle_timeout(self.idle)
            .build(Timed::new(https, self.limits.connect))
    }
}

fn tcp(public_only: bool) -> HttpConnector<Resolver> {
    let mut tcp = HttpConnector::new_with_resolver(Resolver::new(public_only));
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_keepalive(Some(Duration::from_secs(60)));
    tcp
}

#[async_trait]
impl Transport for HyperTransport {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        self.in_time(self.exchange(request)).await
    }

    async fn stream(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<BodyStream>, TransportError> {
        let limits = self.limits.stream;
        let answer = self.in_time(self.begun(request, limits.bytes)).await?;
        Ok(answer.map(|body| BodyStream::new(reading::pieces(body, limits))))
    }
}

fn forbidden() -> TransportError {
    TransportError::Connect {
        failure: ConnectFailure::ForbiddenAddress,
        detail: ForbiddenAddress.to_string(),
    }
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for HyperTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransportBuilder")
            .field("limits", &self.limits)
            .field("idle", &self.idle)
            .finish_non_exhaustive()
    }
}
