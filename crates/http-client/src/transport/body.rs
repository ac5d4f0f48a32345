//! An answer's body as it arrives.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream, StreamExt as _};

use super::TransportError;
use crate::policy::Place;

/// The bytes of an answer in the pieces in which they arrive. The peer is read no faster than the pieces are taken, and
/// dropping the stream gives the rest up. An error is the last item.
pub struct BodyStream {
    pieces: Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>,
    place: Option<Place>,
}

impl BodyStream {
    /// A body that comes from `pieces`; whoever makes it bounds its size and its time.
    #[must_use]
    pub fn new(pieces: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static) -> Self {
        Self {
            pieces: Box::pin(pieces),
            place: None,
        }
    }

    /// A body that is there already.
    #[must_use]
    pub fn whole(body: Bytes) -> Self {
        Self::new(stream::iter((!body.is_empty()).then_some(Ok(body))))
    }

    /// The same body, which keeps its call's place until it is dropped.
    pub(crate) fn holding(self, place: Option<Place>) -> Self {
        Self { place, ..self }
    }

    /// The whole body, if it has at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// [`TransportError::TooLarge`] when it has more, and whatever ends the stream early.
    pub async fn collect_up_to(mut self, limit: usize) -> Result<Bytes, TransportError> {
        let mut whole = BytesMut::new();
        while let Some(piece) = self.next().await {
            let piece = piece?;
            if piece.len() > limit - whole.len() {
                return Err(TransportError::TooLarge { limit });
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole.freeze())
    }

    /// The first `limit` bytes, or what came of them.
    pub(crate) async fn head(mut self, limit: usize) -> Bytes {
        let mut head = BytesMut::new();
        while let Some(Ok(piece)) = self.next().await {
            let room = limit - head.len();
            head.extend_from_slice(&piece[..piece.len().min(room)]);
            if head.len() == limit {
                break;
            }
        }
        head.freeze()
    }
}

impl From<Bytes> for BodyStream {
    fn from(body: Bytes) -> Self {
        Self::whole(body)
    }
}

impl Stream for BodyStream {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.pieces.as_mut().poll_next(context)
    }
}

impl fmt::Debug for BodyStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyStream")
            .field("holds_place", &self.place.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    //! How much of a body is taken.

    use super::*;

    fn body(pieces: &'static [&'static str]) -> BodyStream {
        let pieces = pieces.iter().map(|piece| match *piece {
            "!" => Err(TransportError::ClosedInsideAnswer),
            text => Ok(Bytes::from_static(text.as_bytes())),
        });
        BodyStream::new(stream::iter(pieces))
    }

    #[tokio::test]
    async fn a_body_is_collected_up_to_its_limit_and_not_beyond() {
        let whole = body(&["abc", "", "de"]);
        assert_eq!(whole.collect_up_to(5).await, Ok(Bytes::from("abcde")));
        let larger = body(&["abc", "def"]);
        let refused = Err(TransportError::TooLarge { limit: 5 });
        assert_eq!(larger.collect_up_to(5).await, refused);
        let broken = body(&["abc", "!"]);
        let closed = Err(TransportError::ClosedInsideAnswer);
        assert_eq!(broken.collect_up_to(5).await, closed);
    }

    #[tokio::test]
    async fn a_head_is_what_came_of_it() {
        assert_eq!(body(&["abc", "def"]).head(4).await, Bytes::from("abcd"));
        assert_eq!(body(&["abc", "!"]).head(4).await, Bytes::from("abc"));
        assert_eq!(body(&[]).head(4).await, Bytes::new());
    }

    #[tokio::test]
    async fn a_body_that_is_there_is_one_piece_or_none() {
        let pieces: Vec<_> = BodyStream::whole(Bytes::from("abc")).collect().await;
        assert_eq!(pieces, [Ok(Bytes::from("abc"))]);
        assert_eq!(BodyStream::whole(Bytes::new()).count().await, 0);
    }
}
