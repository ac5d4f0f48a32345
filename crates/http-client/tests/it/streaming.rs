//! Answers taken piece by piece: in time, within their size, and given up where they break.

use std::sync::Arc;
use std::time::Duration;

use bitbucket_http_client::{
    AccessToken, ApiErrorCause, BitbucketClient, Call, HyperTransport, Transport as _,
    TransportError,
};
use bytes::Bytes;
use futures_util::StreamExt as _;
use wiremock::ResponseTemplate;

use crate::faulty::{Faulty, Step, ok};
use crate::peer::{Peer, TOKEN, clock};

const STALL: Duration = Duration::from_millis(200);
const WHOLE: Duration = Duration::from_millis(400);
const LIMIT: usize = 1_000_000;

/// Begins within any time; the body's bounds are small.
fn transport() -> HyperTransport {
    HyperTransport::builder()
        .stream_stall_timeout(STALL)
        .stream_timeout(Duration::from_secs(60))
        .max_stream_bytes(LIMIT)
        .build()
        .unwrap()
}

fn client(peer: &Faulty, transport: HyperTransport) -> BitbucketClient {
    let auth = Arc::new(AccessToken::new(&TOKEN.into()));
    BitbucketClient::new(peer.base(), Arc::new(transport), auth, clock())
}

fn diff() -> Call<'static> {
    Call::new("GET", "/2.0/diff/{spec}", "/2.0/diff/main")
}

/// Takes the body to its end and gives what ended it.
async fn end_of(peer: &Faulty, transport: HyperTransport) -> (usize, Option<TransportError>) {
    let answer = transport.stream(peer.request()).await.unwrap();
    let mut body = answer.into_body();
    let mut taken = 0;
    while let Some(piece) = body.next().await {
        match piece {
            Ok(piece) => taken += piece.len(),
            Err(error) => {
                assert!(body.next().await.is_none(), "an error is the last item");
                return (taken, Some(error));
            }
        }
    }
    (taken, None)
}

#[tokio::test]
async fn a_body_arrives_in_pieces_while_the_peer_still_writes() {
    let peer = Faulty::start(vec![vec![Step::Endless(
        b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n".to_vec(),
    )]])
    .await;

    let mut answer = client(&peer, transport()).stream(&diff()).await.unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "text/plain");
    let piece = answer.piece().await.unwrap().unwrap();
    assert!(piece.iter().all(|byte| *byte == b'x'), "{piece:?}");
    drop(answer);

    // The peer stops once nobody listens.
    peer.served_all().await;
}

#[tokio::test]
async fn an_answer_larger_than_a_whole_one_may_be_is_streamed() {
    let body = "x".repeat(900_000);
    let peer = Faulty::start(vec![vec![Step::Answer(ok(&body)), Step::Silence]]).await;
    let transport = HyperTransport::builder()
        .max_response_bytes(1_000)
        .max_stream_bytes(LIMIT)
        .build()
        .unwrap();
    assert_eq!(end_of(&peer, transport).await, (900_000, None));
}

#[tokio::test]
async fn a_body_that_stalls_is_left() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".to_vec();
    let peer = Faulty::start(vec![vec![Step::Answer(head), Step::Silence]]).await;
    let stalled = Some(TransportError::Stalled { limit: STALL });
    assert_eq!(end_of(&peer, transport()).await, (4, stalled));
}

#[tokio::test]
async fn a_body_that_drips_for_ever_is_left() {
    let head = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    let peer = Faulty::start(vec![vec![Step::Drip(head)]]).await;
    let transport = HyperTransport::builder()
        .stream_timeout(WHOLE)
        .build()
        .unwrap();
    let (_, error) = end_of(&peer, transport).await;
    assert_eq!(error, Some(TransportError::TimedOut { limit: WHOLE }));
}

#[tokio::test]
async fn an_endless_body_is_left_at_the_limit() {
    let head = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    let peer = Faulty::start(vec![vec![Step::Endless(head)]]).await;
    let (taken, error) = end_of(&peer, transport()).await;
    assert!(taken <= LIMIT, "{taken} bytes taken");
    assert_eq!(error, Some(TransportError::TooLarge { limit: LIMIT }));
    peer.served_all().await;
}

#[tokio::test]
async fn a_body_announced_as_too_large_is_not_read() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000001\r\n\r\nx".to_vec();
    let peer = Faulty::start(vec![vec![Step::Answer(head), Step::Silence]]).await;
    let too_large = Some(TransportError::TooLarge { limit: LIMIT });
    assert_eq!(end_of(&peer, transport()).await, (0, too_large));
}

#[tokio::test]
async fn a_body_that_breaks_off_fails_with_what_was_seen_of_the_call() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\nx-request-id: r7\r\n\r\nhalf".to_vec();
    let peer = Faulty::start(vec![vec![Step::AnswerAndClose(half)]]).await;

    let mut answer = client(&peer, transport()).stream(&diff()).await.unwrap();
    assert_eq!(answer.piece().await, Ok(Some(Bytes::from("half"))));
    let error = answer.piece().await.unwrap_err();

    assert_eq!(
        error.cause(),
        &ApiErrorCause::Transport(TransportError::ClosedInsideAnswer)
    );
    assert_eq!(
        (error.status(), error.request_id(), error.template()),
        (Some(200), Some("r7"), "/2.0/diff/{spec}")
    );
}

#[tokio::test]
async fn a_refusal_with_an_endless_body_is_an_error_with_its_first_part() {
    let head = b"HTTP/1.1 404 Not Found\r\n\r\n".to_vec();
    let peer = Faulty::start(vec![vec![Step::Endless(head)]]).await;

    let error = client(&peer, transport())
        .stream(&diff())
        .await
        .unwrap_err();

    assert_eq!(error.cause(), &ApiErrorCause::NotFound);
    assert_eq!(error.excerpt().map(str::len), Some(512));
    peer.served_all().await;
}

#[tokio::test]
async fn trouble_before_the_answer_begins_is_not_seen() {
    let peer = Peer::start().await;
    peer.once("GET", "/2.0/diff/main", ResponseTemplate::new(502))
        .await;
    let body = ResponseTemplate::new(200).set_body_string("+1\n");
    peer.on("GET", "/2.0/diff/main", body).await;

    let answer = peer.client().stream(&diff()).await.unwrap();

    assert_eq!(answer.collect_up_to(10).await, Ok(Bytes::from("+1\n")));
    assert_eq!(peer.asked().await, ["GET /2.0/diff/main"; 2]);
    assert_eq!(peer.waits.taken().len(), 1);
}
