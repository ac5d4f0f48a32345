//! The wire itself: one request in, one answer out, and every way in which that fails.

mod body;
#[cfg(feature = "hyper")]
mod connect;
#[cfg(feature = "hyper")]
mod decoding;
#[cfg(feature = "hyper")]
mod failure;
#[cfg(feature = "hyper")]
mod hyper_transport;
#[cfg(feature = "hyper")]
mod proxy;
#[cfg(feature = "hyper")]
mod reading;
#[cfg(feature = "hyper")]
mod resolve;
#[cfg(feature = "hyper")]
mod roots;

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

pub use self::body::BodyStream;
#[cfg(feature = "hyper")]
pub use self::hyper_transport::{HyperTransport, HyperTransportBuilder};
#[cfg(feature = "hyper")]
pub use self::proxy::ProxySettings;
#[cfg(feature = "hyper")]
pub use self::roots::TransportConfigError;

/// Sends one request and gives back the whole answer.
///
/// An implementation sends what it is given: it follows no redirect, adds no credential, and repeats nothing. It may
/// agree on a content coding with the peer, if it decodes the answer. It bounds the time and the size of the answer, whatever the peer does. Any status is an answer, not an error.
///
/// The request's URI is absolute (scheme, authority, path and query). Nothing here knows Bitbucket; clients of other
/// HTTP APIs use it as it stands.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request` and collects the answer. One that is marked [`PublicOnly`](crate::PublicOnly) is not sent to a
    /// private network.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] when no complete answer came.
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError>;

    /// Sends `request` and gives the answer once its head is there, the body as it arrives, for answers of any size.
    ///
    /// Without a way of its own an implementation collects the answer first, within the bounds of
    /// [`send`](Transport::send).
    ///
    /// # Errors
    ///
    /// A [`TransportError`] when no answer began.
    async fn stream(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<BodyStream>, TransportError> {
        Ok(self.send(request).await?.map(BodyStream::whole))
    }
}

/// Why no complete answer came. Holds no address, header or payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection could be made; the request was never sent.
    #[error("no connection to the peer ({failure}): {detail}")]
    Connect {
        /// What kind of failure it was.
        failure: ConnectFailure,
        /// What the layer below said.
        detail: String,
    },
    /// The connection was not ready in time; the request was never sent.
    #[error("no connection to the peer within {limit:?}")]
    ConnectTimedOut {
        /// The time allowed for name look-up, TCP and TLS together.
        limit: Duration,
    },
    /// The whole answer did not arrive in time. The peer may have acted on the request.
    #[error("no complete answer within {limit:?}")]
    TimedOut {
        /// The time allowed for one request from connecting to the last byte.
        limit: Duration,
    },
    /// Nothing more of a streamed answer arrived for too long.
    #[error("nothing more of the answer came within {limit:?}")]
    Stalled {
        /// The time allowed between two pieces.
        limit: Duration,
    },
    /// The connection ended before any answer began: often an idle connection that the peer had just closed.
    #[error("the peer closed the connection before it answered")]
    ClosedBeforeAnswer,
    /// The connection ended inside the answer.
    #[error("the peer closed the connection inside its answer")]
    ClosedInsideAnswer,
    /// The answer is larger than the client agreed to read.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// What came back is not HTTP.
    #[error("the peer's answer is not valid HTTP: {detail}")]
    NotHttp {
        /// What the layer below said.
        detail: String,
    },
    /// The body is not in the coding that the answer's head names: broken, or cut off.
    #[error("the answer's body cannot be decoded: {detail}")]
    Undecodable {
        /// What the layer below said.
        detail: String,
    },
    /// The request could not be sent as it was given: a mistake on this side.
    #[error("the request cannot be sent: {detail}")]
    Misuse {
        /// What the layer below said.
        detail: String,
    },
}

/// The stage at which connecting failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConnectFailure {
    /// The host's name has no address, or the name service did not answer.
    Resolve,
    /// Nobody listens there.
    Refused,
    /// TLS was not agreed: an unknown authority, a wrong name, an expired certificate.
    Tls,
    /// The host is within a private network, where a request marked [`PublicOnly`](crate::PublicOnly) does not go.
    ForbiddenAddress,
    /// Anything else.
    Other,
}

impl ConnectFailure {
    /// A stable name, safe as a metric label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Refused => "refused",
            Self::Tls => "tls",
            Self::ForbiddenAddress => "forbidden_address",
            Self::Other => "other",
        }
    }
}

impl std::fmt::Display for ConnectFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TransportError {
    /// A stable name, safe as a metric label.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Connect { .. } => "connect_failed",
            Self::ConnectTimedOut { .. } => "connect_timed_out",
            Self::TimedOut { .. } => "timed_out",
            Self::Stalled { .. } => "stalled",
            Self::ClosedBeforeAnswer => "closed_before_answer",
            Self::ClosedInsideAnswer => "closed_inside_answer",
            Self::TooLarge { .. } => "answer_too_large",
            Self::NotHttp { .. } => "not_http",
            Self::Undecodable { .. } => "undecodable",
            Self::Misuse { .. } => "request_misuse",
        }
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Connect { .. }
            | Self::ConnectTimedOut { .. }
            | Self::TimedOut { .. }
            | Self::Stalled { .. }
            | Self::ClosedBeforeAnswer
            | Self::ClosedInsideAnswer
            | Self::NotHttp { .. }
            | Self::Undecodable { .. } => true,
            Self::TooLarge { .. } | Self::Misuse { .. } => false,
        }
    }

    /// Whether the peer cannot have seen the request, so that repeating it is safe whatever it asks.
    #[must_use]
    pub const fn is_unsent(&self) -> bool {
        match self {
            Self::Connect { .. } | Self::ConnectTimedOut { .. } | Self::Misuse { .. } => true,
            Self::TimedOut { .. }
            | Self::Stalled { .. }
            | Self::ClosedBeforeAnswer
            | Self::ClosedInsideAnswer
            | Self::TooLarge { .. }
            | Self::NotHttp { .. }
            | Self::Undecodable { .. } => false,
        }
    }
}
