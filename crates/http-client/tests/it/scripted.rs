//! A peer without a wire: it answers at once by a rule and remembers what it was asked.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bitbucket_http_client::policy::Retry;
use bitbucket_http_client::{AccessToken, BaseUrl, BitbucketClient, Transport, TransportError};
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response, Uri};

use crate::peer::{TOKEN, clock};

type Rule = Box<dyn Fn(&Uri) -> Response<Bytes> + Send + Sync>;

pub(crate) struct Scripted {
    rule: Rule,
    asked: Mutex<Vec<Asked>>,
}

/// A request as it left the client.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) uri: Uri,
    /// Whether the credential went along.
    pub(crate) authorized: bool,
}

impl Scripted {
    pub(crate) fn new(rule: impl Fn(&Uri) -> Response<Bytes> + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            rule: Box::new(rule),
            asked: Mutex::default(),
        })
    }

    pub(crate) fn client(self: &Arc<Self>, base: &BaseUrl) -> BitbucketClient {
        let auth = Arc::new(AccessToken::new(&TOKEN.into()));
        let transport: Arc<dyn Transport> = Arc::<Self>::clone(self);
        BitbucketClient::new(base.clone(), transport, auth, clock()).with_retry(Retry::never())
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let asked = Asked {
            uri: request.uri().clone(),
            authorized: request.headers().contains_key(AUTHORIZATION),
        };
        self.asked.lock().unwrap().push(asked);
        Ok((self.rule)(request.uri()))
    }
}

pub(crate) fn page(values: &serde_json::Value, next: Option<&str>) -> Response<Bytes> {
    let page = serde_json::json!({"values": values, "next": next});
    Response::new(Bytes::from(page.to_string()))
}

/// The number behind `page=`, or 0.
pub(crate) fn number(uri: &Uri) -> usize {
    let query = uri.query().unwrap_or_default();
    let number = query.split('&').find_map(|pair| pair.strip_prefix("page="));
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
