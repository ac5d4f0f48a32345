//! A peer below HTTP: it resets, stops half way, keeps silent, talks nonsense or never ends.

use std::sync::Arc;
use std::time::Duration;

use bitbucket_http_client::{
    AccessToken, ApiErrorCause, ConnectFailure, HyperTransport, Repositories, Transport,
    TransportError,
};
use bytes::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::faulty::{Faulty, Step, ok, repository};
use crate::peer::{TOKEN, UUID, Waits, client_of, rocket};

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

/// Sends one request with more time than any of these takes.
async fn send(peer: &Faulty) -> Result<http::Response<Bytes>, TransportError> {
    transport(PATIENT).send(peer.request()).await
}

/// Sends one request with little time.
async fn send_briefly(peer: &Faulty) -> Result<http::Response<Bytes>, TransportError> {
    transport(BRIEF).send(peer.request()).await
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
            send(&peer).await.err(),
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
            send(&peer).await.err(),
            Some(TransportError::ClosedInsideAnswer)
        );
    }
}

#[tokio::test]
async fn a_reset_inside_the_body_is_no_answer() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"half\":".to_vec();
    let peer = Faulty::start(vec![vec![Step::AnswerAndReset(half)]]).await;
    assert_eq!(
        send(&peer).await.err(),
        Some(TransportError::ClosedInsideAnswer)
    );
    peer.served_all().await;
}

#[tokio::test]
async fn a_head_that_drips_ends_with_the_time_allowed() {
    let head = b"HTTP/1.1 200 OK\r\nx-slow: ".to_vec();
    let peer = Faulty::start(vec![vec![Step::Drip(head)]]).await;
    assert_eq!(send_briefly(&peer).await.err(), Some(TIMED_OUT));
}

#[tokio::test]
async fn lengths_that_make_no_sense_are_no_answer() {
    for head in [
        &b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}x"[..],
        b"HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}",
    ] {
        let peer = Faulty::start(vec![vec![Step::AnswerAndClose(head.to_vec())]]).await;
        let shown = String::from_utf8_lossy(head).into_owned();
        assert!(send(&peer).await.is_err(), "{shown}");
    }
}

#[tokio::test]
async fn an_answer_that_nobody_asked_for_is_not_taken_for_the_next_one() {
    let smuggled = [repository(), ok(r#"{"uuid":"{evil}"}"#)].concat();
    let connections = vec![
        vec![Step::Answer(smuggled), Step::Answer(repository())],
        vec![Step::Answer(repository())],
    ];
    let peer = Faulty::start(connections).await;
    let waits = Arc::new(Waits::default());
    let auth = Arc::new(AccessToken::new(&TOKEN.into()));
    let client = client_of(peer.base(), auth, waits);
    for _ in 0..2 {
        let repository = client.repository(&rocket()).await.unwrap();
        assert_eq!(repository.uuid.as_str(), UUID);
    }
}

#[tokio::test]
async fn half_a_head_is_no_answer() {
    let peer = Faulty::start(vec![vec![Step::AnswerAndClose(
        b"HTTP/1.1 200 OK\r\ncontent-le".to_vec(),
    )]])
    .await;
    assert_eq!(
        send(&peer).await.err(),
        Some(TransportError::ClosedBeforeAnswer)
    );
}

#[tokio::test]
async fn silence_ends_with_the_time_allowed() {
    let peer = Faulty::start(vec![vec![Step::Silence]]).await;
    assert_eq!(send_briefly(&peer).await.err(), Some(TIMED_OUT));
    peer.served_all().await;
}

#[tokio::test]
async fn a_peer_may_have_a_time_of_its_own() {
    let peer = Faulty::start(vec![vec![Step::Silence]]).await;
    let limit = Duration::from_millis(50);
    let brief = transport(PATIENT).with_timeout(limit);
    let outcome = brief.send(peer.request()).await;
    assert_eq!(outcome.err(), Some(TransportError::TimedOut { limit }));
}

#[tokio::test]
async fn a_slow_drip_ends_with_the_time_allowed() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n".to_vec();
    let peer = Faulty::start(vec![vec![Step::Drip(head)]]).await;
    assert_eq!(send_briefly(&peer).await.err(), Some(TIMED_OUT));
}

#[tokio::test]
async fn garbage_is_not_http() {
    for garbage in [
        &b"\x16\x03\x01 not http\r\n\r\n"[..],
        b"HTTP/9.9 banana\r\n\r\n",
        b"SSH-2.0-OpenSSH_9\r\n\r\n",
    ] {
        let peer = Faulty::start(vec![vec![Step::AnswerAndClose(garbage.to_vec())]]).await;
        let error = send(&peer).await.unwrap_err();
        assert_eq!(error.code(), "not_http", "{error:?}");
    }
}

#[tokio::test]
async fn an_endless_body_is_left_at_the_limit() {
    let chunk = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nFFFFFFF\r\n".to_vec();
    let close_delimited = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    for head in [chunk, close_delimited] {
        let peer = Faulty::start(vec![vec![Step::Endless(head)]]).await;
        assert_eq!(send(&peer).await.err(), Some(TOO_LARGE));
        peer.served_all().await;
    }
}

#[tokio::test]
async fn a_body_announced_as_too_large_is_not_read() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n".to_vec();
    let peer = Faulty::start(vec![vec![Step::Answer(head), Step::Silence]]).await;
    assert_eq!(send(&peer).await.err(), Some(TOO_LARGE));
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_read() {
    let peer = Faulty::start(vec![vec![Step::Answer(ok(&"x".repeat(1_000)))]]).await;
    assert_eq!(send(&peer).await.unwrap().body().len(), 1_000);
}

#[tokio::test]
async fn an_endless_head_is_left() {
    let peer = Faulty::start(vec![vec![Step::Endless(
        b"HTTP/1.1 200 OK\r\nx: ".to_vec(),
    )]])
    .await;
    assert_eq!(send(&peer).await.unwrap_err().code(), "not_http");
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
