//! Reading a body within its bounds: whole, or piece by piece.

use std::pin::Pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream};
use tokio::time::Sleep;

use super::TransportError;
use super::decoding::Source;

/// The bounds of a streamed body.
#[derive(Debug, Clone, Copy)]
pub(super) struct StreamLimits {
    /// Between two pieces.
    pub(super) stall: Duration,
    /// From its first piece to its last.
    pub(super) overall: Duration,
    /// Its size.
    pub(super) bytes: usize,
}

/// Reads a body while it stays within `limit` bytes.
pub(super) async fn collect(mut body: Source, limit: usize) -> Result<Bytes, TransportError> {
    let announced = announced(&body, limit)?;
    let mut whole = BytesMut::with_capacity(announced);
    while let Some(piece) = body.next().await {
        let piece = piece?;
        if piece.len() > limit - whole.len() {
            return Err(TransportError::TooLarge { limit });
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole.freeze())
}

/// The pieces of a body while it stays within `limits`; nothing is read before a piece is wanted.
pub(super) fn pieces(
    body: Source,
    limits: StreamLimits,
) -> impl Stream<Item = Result<Bytes, TransportError>> + Send {
    let reading = announced(&body, limits.bytes).map(|_| Reading {
        body,
        limits,
        left: limits.bytes,
        end: Box::pin(tokio::time::sleep(limits.overall)),
    });
    stream::unfold(Some(reading), |reading| async move {
        match reading? {
            Err(error) => Some((Err(error), None)),
            Ok(mut reading) => match reading.piece().await? {
                Ok(piece) => Some((Ok(piece), Some(Ok(reading)))),
                Err(error) => Some((Err(error), None)),
            },
        }
    })
}

struct Reading {
    body: Source,
    limits: StreamLimits,
    left: usize,
    end: Pin<Box<Sleep>>,
}

impl Reading {
    async fn piece(&mut self) -> Option<Result<Bytes, TransportError>> {
        let limits = self.limits;
        let piece = tokio::select! {
            () = &mut self.end => return Some(Err(TransportError::TimedOut { limit: limits.overall })),
            piece = tokio::time::timeout(limits.stall, self.body.next()) => match piece {
                Ok(piece) => piece?,
                Err(_) => return Some(Err(TransportError::Stalled { limit: limits.stall })),
            },
        };
        Some(piece.and_then(|piece| self.within(piece)))
    }

    fn within(&mut self, piece: Bytes) -> Result<Bytes, TransportError> {
        let limit = self.limits.bytes;
        self.left = self
            .left
            .checked_sub(piece.len())
            .ok_or(TransportError::TooLarge { limit })?;
        Ok(piece)
    }
}

/// The size that the answer's head announces, if it is within `limit`.
fn announced(body: &Source, limit: usize) -> Result<usize, TransportError> {
    let announced = body.least();
    if announced > limit {
        return Err(TransportError::TooLarge { limit });
    }
    Ok(announced)
}
