//! A peer below HTTP: it resets, stops half way, keeps silent, talks nonsense or never ends.

use std::sync::Arc;
use std::time::Duration;

use bitbucket_http_client::{
    AccessToken, ApiErrorCause, BaseUrl, ConnectFailure, HyperTransport, Repositories, Transport,
    TransportError,
};
use bytes::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::peer::{TOKEN, UUID, Waits, client_of, rocket};

/// What the peer does with one request.
#[derive(Clone)]
enum Step {
    /// Answers with these bytes.
    Answer(Vec<u8>),
    /// Answers with these bytes and closes.
    AnswerAndClose(Vec<u8>),
    /// Closes without a word.
    Close,
    /// Resets the connection.
    Reset,
    /// Says nothing for as long as the client listens.
    Silence,
    /// Sends these bytes, then one more after the other, slowly.
    Drip(Vec<u8>),
    /// Sends these bytes, then more without end.
    Endless(Vec<u8>),
}

/// Serves one connection per script, in order, and then stops.
struct Faulty {
    address: String,
    serving: JoinHandle<()>,
}

impl Faulty {
    async fn start(connections: Vec<Vec<Step>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let serving = tokio::spawn(async move {
            for steps in connections {
                let (stream, _) = listener.accept().await.unwrap();
                serve(stream, steps).await;
            }
        });
        Self { address, serving }
    }

    fn base(&self) -> BaseUrl {
        BaseUrl::parse(&format!("http://{}", self.address)).unwrap()
    }

    fn request(&self) -> http::Request<Bytes> {
        let uri = self.base().address("/2.0/user").unwrap();
        http::Request::builder()
            .uri(uri)
            .body(Bytes::new())
            .unwrap()
    }

    /// Sends one request with more time than any of these takes.
    async fn send(&self) -> Result<http::Response<Bytes>, TransportError> {
        transport(PATIENT).send(self.request()).await
    }

    /// Sends one request with little time.
    async fn send_briefly(&self) -> Result<http::Response<Bytes>, TransportError> {
        transport(BRIEF).send(self.request()).await
    }

    async fn served_all(self) {
        self.serving.await.unwrap();
    }
}

const PATIENT: Duration = Duration::from_secs(20);
const BRIEF: Duration = Duration::from_millis(300);

/// A transport that takes at most `limit` to connect, and again for the whole.
fn transport(limit: Duration) -> HyperTransport {
    HyperTransport::builder()
        .connect_timeout(limit)
        .timeout(limit + limit)
        .max_response_bytes(1_000)
        .build()
        .unwrap()
}

async fn serve(mut stream: TcpStream, steps: Vec<Step>) {
    for step in steps {
        if !read_request(&mut stream).await {
            return;
        }
        match step {
            Step::Answer(bytes) => stream.write_all(&bytes).await.unwrap(),
            Step::AnswerAndClose(bytes) => return stream.write_all(&bytes).await.unwrap(),
            Step::Close => return,
            Step::Reset => return stream.set_zero_linger().unwrap(),
            Step::Silence => {
                let _ = stream.read(&mut [0]).await;
                return;
            }
            Step::Drip(bytes) => {
                stream.write_all(&bytes).await.unwrap();
                while stream.write_all(b"x").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                return;
            }
            Step::Endless(bytes) => {
                stream.write_all(&bytes).await.unwrap();
                while stream.write_all(&[b'x'; 4_096]).await.is_ok() {}
                return;
            }
        }
    }
}

/// Reads one request head; none of these requests has a body.
async fn read_request(stream: &mut TcpStream) -> bool {
    let mut head = Vec::new();
    let mut buffer = [0; 1_024];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return false,
            Ok(read) => head.extend_from_slice(&buffer[..read]),
        }
    }
    true
}

fn ok(body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn repository() -> Vec<u8> {
    ok(&format!(r#"{{"uuid":"{UUID}","full_name":"acme/rocket"}}"#))
}

const TIMED_OUT: TransportError = TransportError::TimedOut {
    limit: Duration::from_millis(600),
};
const TOO_LARGE: TransportError = TransportError::TooLarge { limit: 1_000 };

#[tokio::test]
async fn a_reset_or_close_before_the_answer_is_told() {
    for step in [Step::Reset, Step::Close] {
        let peer = Faulty::start(vec![vec![step]]).await;
        assert_eq!(
            peer.send().await.err(),
            Some(TransportError::ClosedBeforeAnswer)
        );
        peer.served_all().await;
    }
}

#[tokio::test]
async fn half_a_body_is_no_answer() {
    let announced = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"half\":".to_vec();
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n8\r\n{\"half\":".to_vec();
    for bytes in [announced, chunked] {
        let peer = Faulty::start(vec![vec![Step::AnswerAndClose(bytes)]]).await;
        assert_eq!(
            peer.send().await.err(),
            Some(TransportError::ClosedInsideAnswer)
        );
    }
}

#[tokio::test]
async fn half_a_head_is_no_answer() {
    let peer = Faulty::start(vec![vec![Step::AnswerAndClose(
        b"HTTP/1.1 200 OK\r\ncontent-le".to_vec(),
    )]])
    .await;
    assert_eq!(
        peer.send().await.err(),
        Some(TransportError::ClosedBeforeAnswer)
    );
}

#[tokio::test]
async fn silence_ends_with_the_time_allowed() {
    let peer = Faulty::start(vec![vec![Step::Silence]]).await;
    assert_eq!(peer.send_briefly().await.err(), Some(TIMED_OUT));
    peer.served_all().await;
}

#[tokio::test]
async fn a_slow_drip_ends_with_the_time_allowed() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n".to_vec();
    let peer = Faulty::start(vec![vec![Step::Drip(head)]]).await;
    assert_eq!(peer.send_briefly().await.err(), Some(TIMED_OUT));
}

#[tokio::test]
async fn garbage_is_not_http() {
    for garbage in [
        &b"\x16\x03\x01 not http\r\n\r\n"[..],
        b"HTTP/9.9 banana\r\n\r\n",
        b"SSH-2.0-OpenSSH_9\r\n\r\n",
    ] {
        let peer = Faulty::start(vec![vec![Step::AnswerAndClose(garbage.to_vec())]]).await;
        let error = peer.send().await.unwrap_err();
        assert_eq!(error.code(), "not_http", "{error:?}");
    }
}

#[tokio::test]
async fn an_endless_body_is_left_at_the_limit() {
    let chunk = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nFFFFFFF\r\n".to_vec();
    let close_delimited = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    for head in [chunk, close_delimited] {
        let peer = Faulty::start(vec![vec![Step::Endless(head)]]).await;
        assert_eq!(peer.send().await.err(), Some(TOO_LARGE));
        peer.served_all().await;
    }
}

#[tokio::test]
async fn a_body_announced_as_too_large_is_not_read() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n".to_vec();
    let peer = Faulty::start(vec![vec![Step::Answer(head), Step::Silence]]).await;
    assert_eq!(peer.send().await.err(), Some(TOO_LARGE));
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_read() {
    let peer = Faulty::start(vec![vec![Step::Answer(ok(&"x".repeat(1_000)))]]).await;
    assert_eq!(peer.send().await.unwrap().body().len(), 1_000);
}

#[tokio::test]
async fn an_endless_head_is_left() {
    let peer = Faulty::start(vec![vec![Step::Endless(
        b"HTTP/1.1 200 OK\r\nx: ".to_vec(),
    )]])
    .await;
    assert_eq!(peer.send().await.unwrap_err().code(), "not_http");
    peer.served_all().await;
}

#[tokio::test]
async fn nobody_listening_is_refused() {
    let peer = Faulty::start(vec![]).await;
    let request = peer.request();
    peer.served_all().await;
    let error = transport(PATIENT).send(request).await.unwrap_err();
    assert!(
        matches!(
            error,
            TransportError::Connect {
                failure: ConnectFailure::Refused,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(error.is_unsent());
}

#[tokio::test]
async fn tls_that_never_begins_ends_with_the_time_to_connect() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("https://{}/", listener.local_addr().unwrap());
    let request = http::Request::builder()
        .uri(uri)
        .body(Bytes::new())
        .unwrap();
    let error = transport(BRIEF).send(request).await.unwrap_err();
    assert_eq!(
        error,
        TransportError::ConnectTimedOut {
            limit: Duration::from_millis(300)
        }
    );
}

#[tokio::test]
async fn a_peer_that_speaks_no_tls_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("https://{}/", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .unwrap();
        while stream.read(&mut [0; 512]).await.is_ok_and(|read| read > 0) {}
    });
    let request = http::Request::builder()
        .uri(uri)
        .body(Bytes::new())
        .unwrap();
    let error = transport(PATIENT).send(request).await.unwrap_err();
    assert!(
        matches!(
            error,
            TransportError::Connect {
                failure: ConnectFailure::Tls,
                ..
            }
        ),
        "{error:?}"
    );
    serving.await.unwrap();
}

#[tokio::test]
async fn a_stale_pooled_connection_costs_one_more_attempt_and_no_wait() {
    // The first connection serves one answer and closes on the second request.
    let connections = vec![
        vec![Step::Answer(repository()), Step::Close],
        vec![Step::Answer(repository())],
    ];
    let peer = Faulty::start(connections).await;
    let waits = Arc::new(Waits::default());
    let client = client_of(
        peer.base(),
        Arc::new(AccessToken::new(&TOKEN.into())),
        waits.clone(),
    );

    for _ in 0..2 {
        assert_eq!(
            client.repository(&rocket()).await.unwrap().uuid.as_str(),
            UUID
        );
    }

    assert!(waits.taken().is_empty());
    peer.served_all().await;
}

#[tokio::test]
async fn a_peer_that_keeps_closing_is_given_up() {
    let peer = Faulty::start(vec![vec![Step::Close]; 3]).await;
    let waits = Arc::new(Waits::default());
    let client = client_of(
        peer.base(),
        Arc::new(AccessToken::new(&TOKEN.into())),
        waits.clone(),
    );

    let error = client.repository(&rocket()).await.unwrap_err();

    assert_eq!(
        error.cause(),
        &ApiErrorCause::Transport(TransportError::ClosedBeforeAnswer)
    );
    assert_eq!(
        (error.attempts(), error.status(), waits.taken().len()),
        (3, None, 1)
    );
    peer.served_all().await;
}
