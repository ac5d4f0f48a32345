//! Answers of any size: raw diffs, patches, files.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::stream::{Stream, StreamExt as _};
use http::{HeaderMap, Response, StatusCode};

use super::BitbucketClient;
use super::answer::{self, READ_OF_REFUSAL};
use crate::call::{Call, Called};
use crate::error::{ApiError, ApiErrorCause, Evidence};
use crate::transport::{BodyStream, TransportError};

/// A successful answer whose body arrives piece by piece, as fast as it is taken.
///
/// Dropping it gives the rest up. A body that stalls, breaks off or is too large ends in an [`ApiError`] of cause
/// [`Transport`](ApiErrorCause::Transport).
pub struct StreamedAnswer {
    /// A status of 200 to 299.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    body: BodyStream,
    evidence: Evidence,
}

impl StreamedAnswer {
    /// An answer 200 without headers that is there already, for tests and adapters.
    #[must_use]
    pub fn whole(body: Bytes) -> Self {
        Self {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: BodyStream::whole(body),
            evidence: Evidence::default(),
        }
    }

    /// The next piece of the body, or `None` at its end.
    ///
    /// # Errors
    ///
    /// An [`ApiError`] when the rest does not come.
    pub async fn piece(&mut self) -> Result<Option<Bytes>, ApiError> {
        self.next().await.transpose()
    }

    /// The whole body, if it has at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// An [`ApiError`] when it has more, or does not come.
    pub async fn collect_up_to(self, limit: usize) -> Result<Bytes, ApiError> {
        let Self { body, evidence, .. } = self;
        let whole = body.collect_up_to(limit).await;
        whole.map_err(|error| broken(error, &evidence))
    }
}

impl Stream for StreamedAnswer {
    type Item = Result<Bytes, ApiError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = self.body.poll_next_unpin(context);
        piece.map(|piece| Some(piece?.map_err(|error| broken(error, &self.evidence))))
    }
}

impl fmt::Debug for StreamedAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamedAnswer")
            .field("status", &self.status)
            .field("template", &self.evidence.template)
            .finish_non_exhaustive()
    }
}

impl BitbucketClient {
    /// Makes any call and gives the body of its answer as it arrives. It is repeated as any call until the answer
    /// begins, and never after.
    ///
    /// # Errors
    ///
    /// An [`ApiError`] for every answer that is not successful.
    pub async fn stream(&self, call: &Call<'_>) -> Result<StreamedAnswer, ApiError> {
        let called = self.streamed(call).await;
        let (called, body) = parted(called).await;
        let head = called
            .outcome
            .as_ref()
            .ok()
            .map(|answer| (answer.status(), answer.headers().clone()));
        let success = answer::succeeded(call, called, &[], self.caller.now())?;
        let (status, headers) = head.unwrap_or_default();
        Ok(StreamedAnswer {
            status,
            headers,
            body: body.unwrap_or_else(|| BodyStream::whole(Bytes::new())),
            evidence: success.evidence,
        })
    }
}

/// A successful answer without its body, and the body; any other answer with the part of its body that is read.
async fn parted(called: Called<BodyStream>) -> (Called, Option<BodyStream>) {
    let (outcome, body) = match called.outcome {
        Ok(answer) => {
            let success = answer.status().is_success();
            let (head, body) = answer.into_parts();
            let (read, body) = if success {
                (Bytes::new(), Some(body))
            } else {
                (body.head(READ_OF_REFUSAL).await, None)
            };
            (Ok(Response::from_parts(head, read)), body)
        }
        Err(error) => (Err(error), None),
    };
    let called = Called {
        outcome,
        attempts: called.attempts,
        elapsed: called.elapsed,
        may_have_acted: called.may_have_acted,
        presented: called.presented,
    };
    (called, body)
}

fn broken(error: TransportError, evidence: &Evidence) -> ApiError {
    ApiError::new(ApiErrorCause::Transport(error), evidence.clone())
}
