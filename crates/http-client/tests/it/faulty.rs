//! A peer below HTTP, one script per connection.

use std::time::Duration;

use bitbucket_http_client::BaseUrl;
use bytes::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::peer::UUID;

/// What the peer does with one request.
#[derive(Clone)]
pub(crate) enum Step {
    /// Answers with these bytes.
    Answer(Vec<u8>),
    /// Answers with these bytes and closes.
    AnswerAndClose(Vec<u8>),
    /// Closes without a word.
    Close,
    /// Resets the connection.
    Reset,
    /// Answers with these bytes and resets.
    AnswerAndReset(Vec<u8>),
    /// Says nothing for as long as the client listens.
    Silence,
    /// Sends these bytes, then one more after the other, slowly.
    Drip(Vec<u8>),
    /// Sends these bytes, then more without end.
    Endless(Vec<u8>),
}

/// Serves one connection per script, in order, and then stops.
pub(crate) struct Faulty {
    address: String,
    serving: JoinHandle<()>,
}

impl Faulty {
    pub(crate) async fn start(connections: Vec<Vec<Step>>) -> Self {
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

    pub(crate) fn base(&self) -> BaseUrl {
        BaseUrl::parse(&format!("http://{}", self.address)).unwrap()
    }

    pub(crate) fn request(&self) -> http::Request<Bytes> {
        let uri = self.base().address("/2.0/user").unwrap();
        http::Request::builder()
            .uri(uri)
            .body(Bytes::new())
            .unwrap()
    }

    pub(crate) async fn served_all(self) {
        self.serving.await.unwrap();
    }
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
            Step::AnswerAndReset(bytes) => {
                stream.write_all(&bytes).await.unwrap();
                // What was sent is to arrive before the reset does.
                tokio::time::sleep(Duration::from_millis(50)).await;
                return stream.set_zero_linger().unwrap();
            }
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

pub(crate) fn ok(body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

pub(crate) fn repository() -> Vec<u8> {
    ok(&format!(r#"{{"uuid":"{UUID}","full_name":"acme/rocket"}}"#))
}
