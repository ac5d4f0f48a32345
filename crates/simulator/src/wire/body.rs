//! Answer bodies: whole, or cut off in the middle.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use thiserror::Error;

/// The simulator broke the connection on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the connection was cut by a fault")]
pub(crate) struct Cut;

/// A body that announces its whole length and may stop half-way.
#[derive(Debug)]
pub(crate) struct WireBody {
    data: Option<Bytes>,
    announced: u64,
    cut: bool,
    flushed: bool,
}

impl WireBody {
    pub(crate) fn whole(data: Bytes) -> Self {
        Self {
            announced: data.len() as u64,
            data: (!data.is_empty()).then_some(data),
            cut: false,
            flushed: false,
        }
    }

    /// Announces all of `data`, sends the first half of it, then breaks the connection.
    pub(crate) fn truncated(data: &Bytes) -> Self {
        Self {
            announced: data.len().max(2) as u64,
            data: Some(data.slice(..data.len() / 2)),
            cut: true,
            flushed: false,
        }
    }
}

impl Body for WireBody {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if let Some(data) = self.data.take() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        if !self.cut {
            return Poll::Ready(None);
        }
        if !self.flushed {
            // One pause, so that the first half leaves before the connection breaks.
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(Cut)))
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none() && !self.cut
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced)
    }
}
