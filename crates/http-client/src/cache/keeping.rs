//! A client's cache, and keeping an answer while it streams by.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, StreamExt as _};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Response, StatusCode};

use super::{AnswerCache, CacheKey, KeptAnswer, MAX_KEPT_ANSWER};
use crate::base_url::BaseUrl;
use crate::call::{Call, Called};
use crate::transport::BodyStream;

/// A cache, and under which scope this client's answers are kept.
#[derive(Clone)]
pub(crate) struct Keeping {
    cache: Arc<dyn AnswerCache>,
    scope: String,
}

/// The place of one answer that is not there yet.
pub(crate) struct Place {
    cache: Arc<dyn AnswerCache>,
    key: CacheKey,
}

impl Keeping {
    pub(crate) fn new(cache: Arc<dyn AnswerCache>, scope: String) -> Self {
        Self { cache, scope }
    }

    /// The answer that was kept, or the place for the one that comes.
    pub(crate) async fn find<B: From<Bytes>>(
        &self,
        base: &BaseUrl,
        call: &Call<'_>,
    ) -> Result<Called<B>, Place> {
        let key = CacheKey::new(&self.scope, base, call);
        match self.cache.find(&key).await {
            Some(kept) => Ok(called(kept)),
            None => Err(Place {
                cache: Arc::clone(&self.cache),
                key,
            }),
        }
    }
}

impl Place {
    /// Keeps a whole answer, if it is one that may be kept.
    pub(crate) async fn keep(&self, answer: &Response<Bytes>) {
        if answer.status() == StatusCode::OK && answer.body().len() <= MAX_KEPT_ANSWER {
            let body = answer.body().clone();
            self.keep_body(answer.headers(), body).await;
        }
    }

    async fn keep_body(&self, headers: &HeaderMap, body: Bytes) {
        let media_type = headers.get(CONTENT_TYPE).cloned();
        let kept = KeptAnswer { media_type, body };
        self.cache.keep(&self.key, &kept).await;
    }

    /// The same answer, which is kept once its body came to its end.
    pub(crate) fn keep_as_it_passes(self, answer: Response<BodyStream>) -> Response<BodyStream> {
        if answer.status() != StatusCode::OK {
            return answer;
        }
        let passing = Passing {
            place: self,
            headers: answer.headers().clone(),
            whole: BytesMut::new(),
        };
        answer.map(|body| BodyStream::new(stream::unfold((body, Some(passing)), pass)))
    }
}

/// What came of a body so far.
struct Passing {
    place: Place,
    headers: HeaderMap,
    whole: BytesMut,
}

impl Passing {
    fn with(mut self, piece: &[u8]) -> Option<Self> {
        if piece.len() > MAX_KEPT_ANSWER - self.whole.len() {
            return None;
        }
        self.whole.extend_from_slice(piece);
        Some(self)
    }
}

type State = (BodyStream, Option<Passing>);
type Piece = Result<Bytes, crate::transport::TransportError>;

async fn pass((mut body, passing): State) -> Option<(Piece, State)> {
    match body.next().await {
        Some(Ok(piece)) => {
            let passing = passing.and_then(|passing| passing.with(&piece));
            Some((Ok(piece), (body, passing)))
        }
        Some(Err(error)) => Some((Err(error), (body, None))),
        None => {
            let Passing {
                place,
                headers,
                whole,
            } = passing?;
            place.keep_body(&headers, whole.freeze()).await;
            None
        }
    }
}

/// A call that was answered without being made.
fn called<B: From<Bytes>>(kept: KeptAnswer) -> Called<B> {
    let mut answer = Response::new(B::from(kept.body));
    if let Some(media_type) = kept.media_type {
        answer.headers_mut().insert(CONTENT_TYPE, media_type);
    }
    Called {
        outcome: Ok(answer),
        attempts: 0,
        elapsed: Duration::ZERO,
        may_have_acted: false,
        presented: None,
    }
}
