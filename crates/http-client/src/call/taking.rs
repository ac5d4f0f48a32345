//! How an answer's body is taken: whole, or as it arrives.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};

use crate::policy::Place;
use crate::transport::{BodyStream, Transport, TransportError};

/// Sends a request, and takes the answer's body in one of two ways.
#[async_trait]
pub(super) trait Taking: Sync {
    type Body: Send;

    async fn take(
        &self,
        transport: &dyn Transport,
        request: Request<Bytes>,
    ) -> Result<Response<Self::Body>, TransportError>;

    /// The body, which keeps the call's place for as long as it is read.
    fn hold(&self, body: Self::Body, place: Option<Place>) -> Self::Body;
}

pub(super) struct Whole;

#[async_trait]
impl Taking for Whole {
    type Body = Bytes;

    async fn take(
        &self,
        transport: &dyn Transport,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, TransportError> {
        transport.send(request).await
    }

    fn hold(&self, body: Bytes, _place: Option<Place>) -> Bytes {
        body
    }
}

pub(super) struct Streamed;

#[async_trait]
impl Taking for Streamed {
    type Body = BodyStream;

    async fn take(
        &self,
        transport: &dyn Transport,
        request: Request<Bytes>,
    ) -> Result<Response<BodyStream>, TransportError> {
        transport.stream(request).await
    }

    fn hold(&self, body: BodyStream, place: Option<Place>) -> BodyStream {
        body.holding(place)
    }
}
