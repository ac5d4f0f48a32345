//! A client whose peer answers at once with what a target says.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bitbucket_http_client::policy::Retry;
use bitbucket_http_client::{
    AccessToken, BaseUrl, BitbucketClient, Notice, NoticeObserver, Transport, TransportError,
};
use bytes::Bytes;
use futures_util::FutureExt as _;
use http::{Request, Response};

/// The credential of the client.
pub(crate) const TOKEN: &str = "ATCTT3xFfGN0-secret-token";

/// Gives one answer to everything.
struct Peer(Response<Bytes>);

#[async_trait]
impl Transport for Peer {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let mut answer = Response::new(self.0.body().clone());
        *answer.status_mut() = self.0.status();
        *answer.headers_mut() = self.0.headers().clone();
        Ok(answer)
    }
}

/// The time of every call: 2027-01-15T08:00:00Z.
pub(crate) fn now() -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_800_000_000).unwrap()
}

/// What a client hears while it makes a call.
#[derive(Default)]
pub(crate) struct Heard(Mutex<Vec<Notice>>);

impl Heard {
    pub(crate) fn all(&self) -> Vec<Notice> {
        self.0.lock().unwrap().clone()
    }
}

impl NoticeObserver for Heard {
    fn notice(&self, notice: &Notice) {
        self.0.lock().unwrap().push(notice.clone());
    }
}

/// A client that gets `answer` to whatever it asks, once.
pub(crate) fn client(answer: Response<Bytes>, heard: &Arc<Heard>) -> BitbucketClient {
    let auth = Arc::new(AccessToken::new(&TOKEN.into()));
    let base = BaseUrl::bitbucket_cloud();
    BitbucketClient::new(base, Arc::new(Peer(answer)), auth, Arc::new(now))
        .with_retry(Retry::never())
        .with_observer(Arc::<Heard>::clone(heard))
}

/// What comes of something that waits for nothing.
pub(crate) fn at_once<T>(doing: impl Future<Output = T>) -> T {
    doing.now_or_never().unwrap()
}
