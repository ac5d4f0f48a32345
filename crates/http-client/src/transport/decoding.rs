//! Bodies as hyper gives them, and bodies compressed with gzip, which are decoded as they arrive.

use std::io;
use std::pin::Pin;

use async_compression::tokio::bufread::GzipDecoder;
use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream};
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, RANGE};
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _};
use tokio_util::io::StreamReader;

use super::TransportError;
use super::failure::inside_answer;

/// The most that is decoded at a time, in bytes: however well a piece is compressed, no more is held of it.
const DECODED_AT_A_TIME: usize = 32 * 1024;

/// Asks for gzip, unless the request says by itself which codings it takes or wants a part of something. Tells whether
/// it did: an answer is decoded only then.
pub(super) fn ask_for_gzip<B>(request: &mut Request<B>) -> bool {
    let headers = request.headers_mut();
    if headers.contains_key(ACCEPT_ENCODING) || headers.contains_key(RANGE) {
        return false;
    }
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    true
}

/// The answer with its body decoded, where it is compressed with gzip; its headers then say nothing of the coding. Of the
/// coded body no more than `limit` bytes are read: what is decoded of it is for the reader to bound.
pub(super) fn decoded(answer: Response<Incoming>, limit: usize) -> Response<Source> {
    let compressed = is_gzip(answer.headers()) && !answer.body().is_end_stream();
    if !compressed {
        return answer.map(Source::Plain);
    }
    let mut answer = answer.map(|body| Source::Gzip(Box::new(Gunzip::new(body, limit))));
    answer.headers_mut().remove(CONTENT_ENCODING);
    answer.headers_mut().remove(CONTENT_LENGTH);
    answer
}

fn is_gzip(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(CONTENT_ENCODING).iter();
    let (Some(coding), None) = (codings.next(), codings.next()) else {
        return false;
    };
    let coding = coding.as_bytes().trim_ascii();
    coding.eq_ignore_ascii_case(b"gzip") || coding.eq_ignore_ascii_case(b"x-gzip")
}

/// Where the bytes of a body come from.
pub(super) enum Source {
    Plain(Incoming),
    Gzip(Box<Gunzip>),
}

impl Source {
    /// The least size that is known before the body is read, in bytes; of a compressed body that of its coded form.
    pub(super) fn least(&self) -> usize {
        let least = match self {
            Self::Plain(body) => body.size_hint().lower(),
            Self::Gzip(gunzip) => gunzip.announced,
        };
        usize::try_from(least).unwrap_or(usize::MAX)
    }

    /// The next piece.
    pub(super) async fn next(&mut self) -> Option<Result<Bytes, TransportError>> {
        match self {
            Self::Plain(body) => data(body).await,
            Self::Gzip(gunzip) => gunzip.next().await,
        }
    }
}

type Coded = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// A body while it is decoded.
pub(super) struct Gunzip {
    decoder: GzipDecoder<StreamReader<Coded, Bytes>>,
    announced: u64,
    begun: bool,
}

impl Gunzip {
    fn new(body: Incoming, limit: usize) -> Self {
        let announced = body.size_hint().lower();
        let mut decoder = GzipDecoder::new(StreamReader::new(coded(body, limit)));
        // A gzip file may consist of several, one after the other (RFC 1952 §2.2).
        decoder.multiple_members(true);
        Self {
            decoder,
            announced,
            begun: false,
        }
    }

    async fn next(&mut self) -> Option<Result<Bytes, TransportError>> {
        if !self.begun {
            self.begun = true;
            // Some peers name a coding for an answer without a body.
            match self.decoder.get_mut().fill_buf().await {
                Ok([]) => return None,
                Ok(_) => {}
                Err(error) => return Some(Err(failure(&error))),
            }
        }
        let mut piece = BytesMut::with_capacity(DECODED_AT_A_TIME);
        match self.decoder.read_buf(&mut piece).await {
            Ok(0) => None,
            Ok(_) => Some(Ok(piece.freeze())),
            Err(error) => Some(Err(failure(&error))),
        }
    }
}

/// The pieces of a coded body while it stays within `limit` bytes.
fn coded(body: Incoming, limit: usize) -> Coded {
    Box::pin(stream::try_unfold((body, limit), move |state| async move {
        let (mut body, left) = state;
        let Some(piece) = data(&mut body)
            .await
            .transpose()
            .map_err(io::Error::other)?
        else {
            return Ok(None);
        };
        let left = left
            .checked_sub(piece.len())
            .ok_or_else(|| io::Error::other(TransportError::TooLarge { limit }))?;
        Ok(Some((piece, (body, left))))
    }))
}

/// What ended the body below the decoder, or what the decoder did not like.
fn failure(error: &io::Error) -> TransportError {
    let below = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<TransportError>());
    below
        .cloned()
        .unwrap_or_else(|| TransportError::Undecodable {
            detail: error.to_string(),
        })
}

/// The next piece of data; trailers are passed over.
async fn data(body: &mut Incoming) -> Option<Result<Bytes, TransportError>> {
    loop {
        match body.frame().await? {
            Ok(frame) => {
                if let Ok(data) = frame.into_data() {
                    return Some(Ok(data));
                }
            }
            Err(error) => return Some(Err(inside_answer(&error))),
        }
    }
}
