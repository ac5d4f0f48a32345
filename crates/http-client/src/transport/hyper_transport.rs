//! The real wire: hyper's pooled client over rustls, HTTP/1.1.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::connect::{ConnectTimedOut, Timed};
use super::roots::{TransportConfigError, client_config};
use super::{ConnectFailure, Transport, TransportError};

type Connector = Timed<HttpsConnector<HttpConnector>>;

/// [`Transport`] on hyper and rustls (aws-lc-rs), with pooled connections, HTTP/1.1.
///
/// It follows no redirect, decodes no content coding and reads no proxy settings. Needs a Tokio runtime with time and
/// I/O enabled. Clones share their connections.
#[derive(Clone)]
pub struct HyperTransport {
    client: Client<Connector, Full<Bytes>>,
    limits: Limits,
}

#[derive(Debug, Clone, Copy)]
struct Limits {
    connect: Duration,
    overall: Duration,
    bytes: usize,
}

/// The settings of a [`HyperTransport`].
#[derive(Clone)]
#[must_use]
pub struct HyperTransportBuilder {
    limits: Limits,
    idle: Duration,
    authorities: Option<Vec<u8>>,
}

impl HyperTransport {
    /// The settings: 5 s to connect, 30 s overall, answers up to 16 MiB, idle connections kept 30 s, public roots.
    pub fn builder() -> HyperTransportBuilder {
        HyperTransportBuilder {
            limits: Limits {
                connect: Duration::from_secs(5),
                overall: Duration::from_secs(30),
                bytes: 16 * 1024 * 1024,
            },
            idle: Duration::from_secs(30),
            authorities: None,
        }
    }

    async fn exchange(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let answer = self
            .client
            .request(request.map(Full::new))
            .await
            .map_err(|error| self.refused(&error))?;
        let (head, body) = answer.into_parts();
        let body = collect(body, self.limits.bytes).await?;
        Ok(http::Response::from_parts(head, body))
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

    /// The time for one request, from connecting to the last byte of the answer.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.limits.overall = limit;
        self
    }

    /// The largest answer read, in bytes.
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

    /// The transport. Connects nowhere yet.
    ///
    /// # Errors
    ///
    /// A [`TransportConfigError`] when the certificate authorities cannot be used.
    pub fn build(self) -> Result<HyperTransport, TransportConfigError> {
        let tls = client_config(self.authorities.as_deref())?;
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(Duration::from_secs(60)));
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_idle_timeout(self.idle)
            .build(Timed::new(https, self.limits.connect));
        Ok(HyperTransport {
            client,
            limits: self.limits,
        })
    }
}

#[async_trait]
impl Transport for HyperTransport {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        match tokio::time::timeout(self.limits.overall, self.exchange(request)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(TransportError::TimedOut {
                limit: self.limits.overall,
            }),
        }
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

/// Reads a body while it stays within `limit` bytes.
async fn collect(mut body: Incoming, limit: usize) -> Result<Bytes, TransportError> {
    let too_large = TransportError::TooLarge { limit };
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(too_large);
    }
    let mut whole = BytesMut::with_capacity(announced);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|error| inside_answer(&error))?.into_data() else {
            continue;
        };
        if data.len() > limit - whole.len() {
            return Err(too_large);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.freeze())
}

fn before_answer(error: &hyper::Error) -> TransportError {
    if error.is_parse() {
        TransportError::NotHttp {
            detail: innermost(error),
        }
    } else if error.is_user() {
        TransportError::Misuse {
            detail: innermost(error),
        }
    } else {
        TransportError::ClosedBeforeAnswer
    }
}

fn inside_answer(error: &hyper::Error) -> TransportError {
    if error.is_parse() {
        TransportError::NotHttp {
            detail: innermost(error),
        }
    } else {
        TransportError::ClosedInsideAnswer
    }
}

fn connect_failure(error: &(dyn Error + 'static)) -> ConnectFailure {
    let refused = |error: &std::io::Error| error.kind() == std::io::ErrorKind::ConnectionRefused;
    if find::<std::io::Error>(error).is_some_and(refused) {
        ConnectFailure::Refused
    } else if chain(error).any(is_tls_error) {
        ConnectFailure::Tls
    } else if chain(error).any(|link| link.to_string().starts_with("dns error")) {
        ConnectFailure::Resolve
    } else {
        ConnectFailure::Other
    }
}

/// The TLS layer wraps its error in I/O errors, which do not count what they hold among their sources.
fn is_tls_error(error: &(dyn Error + 'static)) -> bool {
    error.is::<rustls::Error>()
        || error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
            .is_some_and(|inner| is_tls_error(inner))
}

fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    chain(error).find_map(|link| link.downcast_ref())
}

fn innermost(error: &(dyn Error + 'static)) -> String {
    chain(error)
        .last()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let link = next?;
        next = link.source();
        Some(link)
    })
}
