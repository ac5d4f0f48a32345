//! A peer behind TLS, for a private authority: what is agreed on with it, directly and through a proxy.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bitbucket_http_client::{
    ConnectFailure, HyperTransport, HyperTransportBuilder, ProxySettings, Transport as _,
    TransportError,
};
use bytes::Bytes;
use futures_util::future::join_all;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

const AUTHORITY: &[u8] = include_bytes!("../fixtures/localhost/authority.pem");
const CERTIFICATE: &[u8] = include_bytes!("../fixtures/localhost/certificate.pem");
const KEY: &[u8] = include_bytes!("../fixtures/localhost/key.pem");

/// A server that answers each request with the protocol it came by.
struct Secure {
    port: u16,
    connections: Arc<AtomicUsize>,
}

impl Secure {
    /// Serves what `protocols` names for ALPN.
    async fn start(protocols: &[&str]) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let chain = vec![CertificateDer::from_pem_slice(CERTIFICATE).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        config.alpn_protocols = protocols
            .iter()
            .map(|name| name.as_bytes().to_vec())
            .collect();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(acceptor.clone(), stream));
            }
        });
        Self { port, connections }
    }

    /// A request to it by a name of its certificate, or another.
    fn request(&self, host: &str) -> http::Request<Bytes> {
        http::Request::builder()
            .uri(format!("https://{host}:{}/2.0/user", self.port))
            .body(Bytes::new())
            .unwrap()
    }
}

async fn serve(acceptor: TlsAcceptor, stream: TcpStream) {
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    let second = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    let io = TokioIo::new(stream);
    let answer = service_fn(async |request: http::Request<Incoming>| {
        let version = format!("{:?}", request.version());
        Ok::<_, std::convert::Infallible>(http::Response::new(Full::new(Bytes::from(version))))
    });
    let _ = if second {
        let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        server.serve_connection(io, answer).await
    } else {
        let server = hyper::server::conn::http1::Builder::new();
        server.serve_connection(io, answer).await
    };
}

fn trusting() -> HyperTransportBuilder {
    HyperTransport::builder().certificate_authorities(AUTHORITY)
}

async fn spoken(transport: &HyperTransport, peer: &Secure) -> Bytes {
    let answer = transport.send(peer.request("localhost")).await.unwrap();
    answer.into_body()
}

#[tokio::test]
async fn http_2_is_spoken_where_the_peer_prefers_it_and_one_connection_serves_all() {
    let peer = Secure::start(&["h2", "http/1.1"]).await;
    let transport = trusting().build().unwrap();

    assert_eq!(spoken(&transport, &peer).await, "HTTP/2.0");
    let many = join_all((0..50).map(|_| spoken(&transport, &peer))).await;

    assert!(many.iter().all(|version| version == "HTTP/2.0"));
    assert_eq!(peer.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn http_1_1_is_spoken_with_everybody_else() {
    for protocols in [&["http/1.1"][..], &[]] {
        let peer = Secure::start(protocols).await;
        let transport = trusting().build().unwrap();
        assert_eq!(spoken(&transport, &peer).await, "HTTP/1.1", "{protocols:?}");
    }
}

#[tokio::test]
async fn a_private_authority_is_trusted_only_when_it_is_given_and_only_for_its_names() {
    let peer = Secure::start(&["http/1.1"]).await;
    let failure = |refused: Result<http::Response<Bytes>, TransportError>| match refused {
        Err(TransportError::Connect { failure, .. }) => failure,
        other => unreachable!("no connection is made: {other:?}"),
    };

    let stranger = HyperTransport::builder().build().unwrap();
    let refused = stranger.send(peer.request("localhost")).await;
    assert_eq!(failure(refused), ConnectFailure::Tls);

    let trusting = trusting().build().unwrap();
    let refused = trusting.send(peer.request("127.0.0.1")).await;
    assert_eq!(failure(refused), ConnectFailure::Tls);
    assert_eq!(spoken(&trusting, &peer).await, "HTTP/1.1");
}

/// A proxy that leads every tunnel to one address, or refuses it.
struct Proxy {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    async fn start(verdict: &'static str, to: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heads);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(lead(stream, Arc::clone(&kept), verdict, to));
            }
        });
        Self { port, heads }
    }

    fn settings(&self, except: &str) -> ProxySettings {
        let address = format!("http://ann:s3cret@127.0.0.1:{}", self.port);
        ProxySettings::everywhere(&address, except).unwrap()
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

async fn lead(
    mut stream: TcpStream,
    heads: Arc<Mutex<Vec<String>>>,
    verdict: &'static str,
    to: u16,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    heads.lock().unwrap().push(String::from_utf8(head).unwrap());
    stream.write_all(verdict.as_bytes()).await.unwrap();
    if verdict.contains(" 200 ") {
        let mut peer = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut stream, &mut peer).await;
    }
}

#[tokio::test]
async fn a_proxy_is_told_the_host_and_its_own_password_and_sees_nothing_else() {
    let peer = Secure::start(&["h2"]).await;
    let proxy = Proxy::start("HTTP/1.1 200 OK\r\n\r\n", peer.port).await;
    let transport = trusting().proxy(proxy.settings("")).build().unwrap();

    let mut request = peer.request("bitbucket.example");
    let token = http::HeaderValue::from_static("Bearer token");
    request.headers_mut().insert("authorization", token);
    let answer = transport.send(request).await.unwrap();

    assert_eq!(answer.into_body(), "HTTP/2.0");
    let authority = format!("bitbucket.example:{}", peer.port);
    assert_eq!(
        proxy.heads(),
        [format!(
            "CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\nProxy-Authorization: Basic YW5uOnMzY3JldA==\r\n\r\n"
        )]
    );
}

#[tokio::test]
async fn a_host_that_is_excepted_is_reached_without_the_proxy() {
    let peer = Secure::start(&["h2"]).await;
    let proxy = Proxy::start("HTTP/1.1 200 OK\r\n\r\n", peer.port).await;
    let transport = trusting().proxy(proxy.settings("localhost"));
    assert_eq!(spoken(&transport.build().unwrap(), &peer).await, "HTTP/2.0");
    assert!(proxy.heads().is_empty());
}

#[tokio::test]
async fn a_proxy_that_refuses_is_no_connection() {
    let peer = Secure::start(&["h2"]).await;
    let verdict = "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";
    let proxy = Proxy::start(verdict, peer.port).await;
    let transport = trusting().proxy(proxy.settings("")).build().unwrap();
    let refused = transport.send(peer.request("localhost")).await.err();
    assert_eq!(
        refused,
        Some(TransportError::Connect {
            failure: ConnectFailure::Other,
            detail: "tunnel error: proxy authorization required".to_owned(),
        })
    );
    assert_eq!(peer.connections.load(Ordering::SeqCst), 0);
}
