//! A plain HTTP client, and a receiver of deliveries.

use std::{convert::Infallible, sync::Arc};

use bitbucket_simulator::{Simulator, SimulatorConfig, acme};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use serde_json::Value;
use tokio::{net::TcpListener, sync::Mutex, task::JoinHandle};

/// A client with one credential.
pub(crate) struct Peer {
    client: Client<HttpConnector, Full<Bytes>>,
    base: String,
    authorization: Option<String>,
}

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().expect("text")
    }
}

impl Peer {
    pub(crate) fn new(base: &str, authorization: Option<String>) -> Self {
        Self {
            client: Client::builder(TokioExecutor::new()).build_http(),
            base: base.to_owned(),
            authorization,
        }
    }

    /// Bitbucket, by access token.
    pub(crate) fn bitbucket(simulator: &Simulator) -> Self {
        let token = format!("Bearer {}", acme::ACCESS_TOKEN);
        Self::new(simulator.bitbucket_url(), Some(token))
    }

    /// Sentry, by the default token.
    pub(crate) fn sentry(simulator: &Simulator) -> Self {
        let token = format!("Bearer {}", acme::SENTRY_TOKEN);
        Self::new(simulator.sentry_url(), Some(token))
    }

    pub(crate) async fn try_send(
        &self,
        method: Method,
        path: &str,
        kind: &str,
        body: String,
    ) -> Result<Answer, String> {
        let address = match path.starts_with("http") {
            true => path.to_owned(),
            false => format!("{}{path}", self.base),
        };
        let mut request = Request::builder()
            .method(method)
            .uri(address)
            .header("content-type", kind);
        if let Some(value) = &self.authorization {
            request = request.header("authorization", value);
        }
        let request = request.body(Full::from(body)).expect("a request");
        let response = self
            .client
            .request(request)
            .await
            .map_err(|error| error.to_string())?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| error.to_string())?;
        Ok(Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: body.to_bytes(),
        })
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        let body = body.to_string();
        self.try_send(method, path, "application/json", body)
            .await
            .expect("an answer")
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.try_send(Method::GET, path, "text/plain", String::new())
            .await
            .expect("an answer")
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, &body).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, &body).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &Value::Null).await
    }

    pub(crate) async fn post_form(&self, path: &str, form: &str) -> Answer {
        let kind = "application/x-www-form-urlencoded";
        self.try_send(Method::POST, path, kind, form.to_owned())
            .await
            .expect("an answer")
    }

    /// All values of a Bitbucket list, following `next`; and the number of pages.
    pub(crate) async fn all(&self, path: &str) -> (Vec<Value>, usize) {
        let (mut values, mut pages) = (Vec::new(), 0);
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let page = self.get(&path).await.json();
            values.extend(page["values"].as_array().expect("values").clone());
            next = page["next"].as_str().map(str::to_owned);
            pages += 1;
        }
        (values, pages)
    }
}

/// A default simulator.
pub(crate) async fn simulator() -> Simulator {
    Simulator::start(SimulatorConfig::acme())
        .await
        .expect("a simulator")
}

/// One delivery as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub(crate) headers: HeaderMap,
    pub(crate) path: String,
    pub(crate) body: Bytes,
}

impl Arrived {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().expect("text")
    }
}

/// A server that answers deliveries with the given statuses, then with 200.
pub(crate) struct Receiver {
    pub(crate) url: String,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    task: JoinHandle<()>,
}

impl Receiver {
    pub(crate) async fn start(statuses: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let arrived: Arc<Mutex<Vec<Arrived>>> = Arc::default();
        let task = tokio::spawn(receive(listener, Arc::clone(&arrived), statuses.to_vec()));
        Self { url, arrived, task }
    }

    pub(crate) async fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().await.clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn receive(listener: TcpListener, arrived: Arc<Mutex<Vec<Arrived>>>, statuses: Vec<u16>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (arrived, statuses) = (Arc::clone(&arrived), statuses.clone());
        let service = service_fn(move |request: Request<Incoming>| {
            let (arrived, statuses) = (Arc::clone(&arrived), statuses.clone());
            async move {
                let (parts, body) = request.into_parts();
                let body = body.collect().await.expect("a body").to_bytes();
                let mut list = arrived.lock().await;
                let status = statuses.get(list.len()).copied().unwrap_or(200);
                list.push(Arrived {
                    headers: parts.headers,
                    path: parts.uri.path().to_owned(),
                    body,
                });
                let response = Response::builder()
                    .status(status)
                    .body(Full::<Bytes>::default());
                Ok::<_, Infallible>(response.expect("a response"))
            }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}
