//! Talks to a running service.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use bitbucket_http_client::{HyperTransport, Transport as _, TransportError};
use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Failure;
use super::args::ServerArgs;
use crate::api::Problem;
use crate::config::{self, Environment, HttpUrl, Loaded, read_secret_file};
use crate::keeping::API_KEY_FILE;
use crate::wire::{
    InstallationList, InstallationView, IssueLinkList, IssueLinkView, RepositoryList,
    RepositoryView,
};

/// How long an answer may take: a little more than the service takes at most by default.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(70);

/// How many entries a page of a whole listing has.
const PAGE: usize = 500;

/// A page of a listing.
pub(crate) trait Paged {
    /// What it lists.
    type Entry;

    /// The entries, and where the next page begins.
    fn split(self) -> (Vec<Self::Entry>, Option<String>);
}

impl Paged for InstallationList {
    type Entry = InstallationView;

    fn split(self) -> (Vec<InstallationView>, Option<String>) {
        (self.installations, self.next)
    }
}

impl Paged for IssueLinkList {
    type Entry = IssueLinkView;

    fn split(self) -> (Vec<IssueLinkView>, Option<String>) {
        (self.issues, self.next)
    }
}

impl Paged for RepositoryList {
    type Entry = RepositoryView;

    fn split(self) -> (Vec<RepositoryView>, Option<String>) {
        (self.repositories, self.next)
    }
}

/// A client of the service's API.
pub(crate) struct ApiClient {
    server: HttpUrl,
    key: SecretString,
    transport: HyperTransport,
}

impl ApiClient {
    /// A client of the service that the arguments, the environment or the configuration name, in this order.
    pub(super) fn find(
        args: &ServerArgs,
        file: Option<&Path>,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let key = given_key(args, environment)?;
        let server = args.server.as_deref().map(parse_server).transpose()?;
        let (server, key) = match (server, key) {
            (Some(server), Some(key)) => (server, key),
            (server, key) => {
                let loaded = config::load(file, environment)
                    .map_err(|error| Failure::Usage(error.to_string()))?;
                let server = server.map_or_else(|| local(loaded.config.server.listen), Ok)?;
                (server, key.map_or_else(|| stored_key(&loaded), Ok)?)
            }
        };
        Self::new(server, key)
    }

    /// A client of the service at this address.
    pub(crate) fn new(server: HttpUrl, key: SecretString) -> Result<Self, Failure> {
        let transport = HyperTransport::builder().timeout(ANSWER_TIMEOUT).build();
        let transport = transport.map_err(|error| Failure::Failed(error.to_string()))?;
        Ok(Self {
            server,
            key,
            transport,
        })
    }

    /// Asks for something.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let request = self.request(Method::GET, path, Bytes::new())?;
        let (_, answer) = self.send(request).await?;
        Ok(answer)
    }

    /// Every page of a listing.
    pub(crate) async fn pages<T: DeserializeOwned + Paged>(
        &self,
        path: &str,
    ) -> Result<Vec<T::Entry>, Failure> {
        let mut all = Vec::new();
        let join = if path.contains('?') { '&' } else { '?' };
        let mut query = format!("limit={PAGE}");
        loop {
            let page: T = self.get(&format!("{path}{join}{query}")).await?;
            let (entries, next) = page.split();
            all.extend(entries);
            match next {
                Some(after) => query = format!("limit={PAGE}&after={after}"),
                None => return Ok(all),
            }
        }
    }

    /// Asks to do something.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<(StatusCode, T), Failure> {
        self.post_once(path, body, None).await
    }

    /// Asks to do something that is done once for all requests with the same key.
    pub(crate) async fn post_once<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
        key: Option<&str>,
    ) -> Result<(StatusCode, T), Failure> {
        let body = serde_json::to_vec(body)
            .map_err(|error| Failure::Failed(format!("can't write the request: {error}")))?;
        let mut request = self.request(Method::POST, path, Bytes::from(body))?;
        if let Some(key) = key {
            let key = HeaderValue::from_str(key).map_err(|_| {
                Failure::Usage(
                    "the idempotency key holds characters that no header can carry".to_owned(),
                )
            })?;
            request.headers_mut().insert("idempotency-key", key);
        }
        self.send(request).await
    }

    /// Asks to take something away.
    pub(crate) async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let request = self.request(Method::DELETE, path, Bytes::new())?;
        let (_, answer) = self.send(request).await?;
        Ok(answer)
    }

    async fn send<T: DeserializeOwned>(
        &self,
        request: Request<Bytes>,
    ) -> Result<(StatusCode, T), Failure> {
        let response = self
            .transport
            .send(request)
            .await
            .map_err(|error| self.unreachable(&error))?;
        let status = response.status();
        if !status.is_success() {
            return Err(refused(status, response.body()));
        }
        let answer = serde_json::from_slice(response.body());
        let answer = answer.map_err(|error| {
            Failure::Failed(format!(
                "the answer of {} can't be read: {error}",
                self.server
            ))
        })?;
        Ok((status, answer))
    }

    fn request(&self, method: Method, path: &str, body: Bytes) -> Result<Request<Bytes>, Failure> {
        let key = HeaderValue::from_str(&format!("Bearer {}", self.key.expose_secret()));
        let mut key = key.map_err(|_| {
            Failure::Usage("the API key holds characters that no header can carry".to_owned())
        })?;
        key.set_sensitive(true);
        Request::builder()
            .method(method)
            .uri(format!("{}/api/v1{path}", self.server))
            .header(header::AUTHORIZATION, key)
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .map_err(|error| Failure::Usage(format!("can't make the request: {error}")))
    }

    fn unreachable(&self, error: &TransportError) -> Failure {
        Failure::Unreachable(format!(
            "the service at {} can't be reached: {error}\n  start it with `bitbucket-integration serve`, or name another one with --server or BITBUCKET_INTEGRATION_SERVER",
            self.server
        ))
    }
}

/// 400, 401 and 403 mean that the call must be changed.
fn refused(status: StatusCode, body: &[u8]) -> Failure {
    let message = match serde_json::from_slice::<Problem>(body) {
        Ok(problem) => format!("{} ({})", problem.detail, problem.code),
        Err(_) => format!(
            "the service answered {status} and nothing that can be read; is this the right --server?"
        ),
    };
    match status {
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Failure::Usage(message)
        }
        _ => Failure::Failed(message),
    }
}

fn parse_server(text: &str) -> Result<HttpUrl, Failure> {
    HttpUrl::parse(text).map_err(|error| Failure::Usage(format!("--server {text}: {error}")))
}

fn given_key(
    args: &ServerArgs,
    environment: &Environment,
) -> Result<Option<SecretString>, Failure> {
    if let Some(path) = &args.api_key_file {
        return read_secret_file(path).map(Some).map_err(Failure::Usage);
    }
    if let Some(key) = environment.secret("API_KEY") {
        return Ok(Some(key));
    }
    let file = environment.value("API_KEY_FILE").map(Path::new);
    file.map(read_secret_file)
        .transpose()
        .map_err(Failure::Usage)
}

/// The key of the service on this machine.
fn stored_key(loaded: &Loaded) -> Result<SecretString, Failure> {
    if let Some(key) = &loaded.config.api.key {
        return Ok(key.clone());
    }
    let path = loaded.config.storage.folder().join(API_KEY_FILE);
    read_secret_file(&path).map_err(|reason| {
        Failure::Usage(format!(
            "no API key: {reason}\n  run this beside the service, or give the key with --api-key-file or BITBUCKET_INTEGRATION_API_KEY"
        ))
    })
}

/// The address at which a service that listens there is reached from this machine.
fn local(listen: SocketAddr) -> Result<HttpUrl, Failure> {
    let mut address = listen;
    if address.ip().is_unspecified() {
        let loopback = if address.is_ipv4() {
            Ipv4Addr::LOCALHOST.into()
        } else {
            Ipv6Addr::LOCALHOST.into()
        };
        address.set_ip(loopback);
    }
    parse_server(&format!("http://{address}"))
}
