//! Answers in gzip: asked for, decoded as they arrive, and never larger than the client agreed to.

use std::time::Duration;

use async_compression::tokio::bufread::GzipEncoder;
use bitbucket_http_client::{HyperTransport, Transport as _, TransportError};
use bytes::Bytes;
use futures_util::StreamExt as _;
use serde_json::json;
use tokio::io::AsyncReadExt as _;
use wiremock::ResponseTemplate;

use crate::faulty::{Faulty, Step};
use crate::peer::{Peer, UUID, rocket};

const LIMIT: usize = 1_000_000;

async fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut coded = Vec::new();
    let mut encoder = GzipEncoder::new(plain);
    encoder.read_to_end(&mut coded).await.unwrap();
    coded
}

/// An answer of these bytes, told to be gzip.
fn coded(body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn transport() -> HyperTransport {
    HyperTransport::builder()
        .max_response_bytes(LIMIT)
        .max_stream_bytes(LIMIT)
        .stream_stall_timeout(Duration::from_secs(20))
        .build()
        .unwrap()
}

async fn whole(answer: Vec<u8>) -> Result<http::Response<Bytes>, TransportError> {
    let peer = Faulty::start(vec![vec![Step::AnswerAndClose(answer)]]).await;
    transport().send(peer.request()).await
}

/// The streamed body: how much of it came, its largest piece, and what ended it.
async fn streamed(answer: Vec<u8>) -> (usize, usize, Option<TransportError>) {
    let peer = Faulty::start(vec![vec![Step::AnswerAndClose(answer)]]).await;
    let mut body = transport()
        .stream(peer.request())
        .await
        .unwrap()
        .into_body();
    let (mut taken, mut largest) = (0, 0);
    while let Some(piece) = body.next().await {
        match piece {
            Ok(piece) => {
                taken += piece.len();
                largest = largest.max(piece.len());
            }
            Err(error) => return (taken, largest, Some(error)),
        }
    }
    (taken, largest, None)
}

#[tokio::test]
async fn a_compressed_answer_is_asked_for_and_read() {
    use bitbucket_http_client::Repositories as _;
    let peer = Peer::start().await;
    let plain = json!({"uuid": UUID, "full_name": "acme/rocket", "description": "x".repeat(9_000)});
    let body = gzip(plain.to_string().as_bytes()).await;
    assert!(body.len() < 300, "{}", body.len());
    let answer = ResponseTemplate::new(200)
        .set_body_bytes(body)
        .insert_header("content-encoding", "gzip");
    peer.on("GET", "/2.0/repositories/acme/rocket", answer)
        .await;

    let repository = peer.client().repository(&rocket()).await.unwrap();

    assert_eq!(repository.description.len(), 9_000);
    let requests = peer.requests().await;
    assert_eq!(requests[0].headers["accept-encoding"], "gzip");
}

#[tokio::test]
async fn a_decoded_answer_says_nothing_of_its_coding() {
    let answer = whole(coded(&gzip(b"plain").await)).await.unwrap();
    assert_eq!(answer.body(), &Bytes::from("plain"));
    assert!(!answer.headers().contains_key("content-encoding"));
    assert!(!answer.headers().contains_key("content-length"));
}

#[tokio::test]
async fn members_that_follow_each_other_are_one_body() {
    let body = [gzip(b"one, ").await, gzip(b"two").await].concat();
    let answer = whole(coded(&body)).await.unwrap();
    assert_eq!(answer.body(), &Bytes::from("one, two"));
}

#[tokio::test]
async fn an_empty_body_is_empty_whatever_its_coding() {
    let answer = whole(coded(b"")).await.unwrap();
    assert_eq!(answer.body(), &Bytes::new());
    let chunked =
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(whole(chunked.to_vec()).await.unwrap().body(), &Bytes::new());
}

#[tokio::test]
async fn a_request_that_names_its_codings_gets_the_answer_as_it_came() {
    let body = gzip(b"plain").await;
    let peer = Faulty::start(vec![vec![Step::AnswerAndClose(coded(&body))]]).await;
    let mut request = peer.request();
    let own = http::HeaderValue::from_static("gzip, br");
    request.headers_mut().insert("accept-encoding", own);
    let answer = transport().send(request).await.unwrap();
    assert_eq!(answer.body(), &Bytes::from(body));
    assert_eq!(answer.headers()["content-encoding"], "gzip");
}

#[tokio::test]
async fn a_bomb_is_left_at_the_limit_of_what_it_decodes_to() {
    let bomb = gzip(&vec![0; 100 * LIMIT]).await;
    assert!(bomb.len() < LIMIT / 5, "{}", bomb.len());
    let refused = TransportError::TooLarge { limit: LIMIT };

    assert_eq!(whole(coded(&bomb)).await.err(), Some(refused.clone()));

    let (taken, largest, end) = streamed(coded(&bomb)).await;
    assert_eq!(end, Some(refused));
    assert!(taken <= LIMIT && taken > LIMIT - 64 * 1024, "{taken}");
    assert!(largest <= 64 * 1024, "{largest}");
}

#[tokio::test]
async fn a_body_that_never_decodes_to_anything_ends_too() {
    // Empty members, one after the other: much to read, nothing to take.
    let empty = gzip(b"").await;
    let body = empty.repeat(2 * LIMIT / empty.len());
    let head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n".to_vec();
    let answer = [head, body].concat();
    let refused = TransportError::TooLarge { limit: LIMIT };
    assert_eq!(whole(answer.clone()).await.err(), Some(refused.clone()));
    assert_eq!(streamed(answer).await, (0, 0, Some(refused)));
}

#[tokio::test]
async fn a_body_that_is_not_what_its_head_says_is_told() {
    let mut broken = gzip(&b"something to read".repeat(50)).await;
    let middle = broken.len() / 2;
    broken[middle] ^= 0xff;
    let cut = gzip(b"plain").await;
    for body in [&broken[..], &cut[..cut.len() - 3], b"plain text"] {
        let error = whole(coded(body)).await.unwrap_err();
        assert_eq!(error.code(), "undecodable", "{error:?}");
        assert!(error.is_retryable() && !error.is_unsent());
    }
}

#[tokio::test]
async fn a_connection_that_ends_inside_a_compressed_body_is_told_as_such() {
    let body = gzip(b"plain").await;
    let answer = coded(&body);
    let cut = answer[..answer.len() - 4].to_vec();
    let closed = TransportError::ClosedInsideAnswer;
    assert_eq!(whole(cut).await.err(), Some(closed));
}
