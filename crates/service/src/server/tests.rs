//! The sockets, seen from outside: raw bytes in, raw bytes out.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{Limits, serve};

const LIMITS: Limits = Limits {
    connections: 8,
    header_timeout: Duration::from_millis(200),
    write_timeout: Duration::from_secs(5),
    drain_timeout: Duration::from_secs(5),
};

/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(10);

struct Running {
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

async fn start(router: Router, limits: Limits) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let task = tokio::spawn(serve(listener, router, limits, stop.clone()));
    Running {
        address,
        stop,
        task,
    }
}

fn hello() -> Router {
    Router::new().route("/", get(|| async { "hello" })).route(
        "/",
        post(|body: String| async move { body.len().to_string() }),
    )
}

async fn read_all(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer))
        .await
        .expect("the connection stays open")
        .ok();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_request_is_answered() {
    let running = start(hello(), LIMITS).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let answer = read_all(&mut stream).await;
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nhello"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_silent_connection_is_closed_after_the_header_time() {
    let running = start(hello(), LIMITS).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    assert_eq!(read_all(&mut stream).await, "");
}

#[tokio::test]
async fn headers_that_never_end_are_cut_off() {
    let running = start(hello(), LIMITS).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        .await
        .unwrap();
    let answer = read_all(&mut stream).await;
    assert!(!answer.contains("200 OK"), "{answer}");
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_the_header_time() {
    let running = start(hello(), LIMITS).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let answer = read_all(&mut stream).await;
    assert!(answer.ends_with("hello"), "{answer}");
}

#[tokio::test]
async fn headers_beyond_the_limit_are_refused() {
    let running = start(hello(), LIMITS).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let large = format!(
        "GET / HTTP/1.1\r\nHost: x\r\nX-Large: {}\r\n\r\n",
        "a".repeat(64 * 1024)
    );
    // The server may close while we still write.
    let _cut = stream.write_all(large.as_bytes()).await;
    let answer = read_all(&mut stream).await;
    assert!(!answer.contains("200 OK"), "{answer}");
}

#[tokio::test]
async fn a_connection_above_the_cap_waits_for_its_turn() {
    let limits = Limits {
        connections: 1,
        header_timeout: PATIENCE,
        ..LIMITS
    };
    let running = start(hello(), limits).await;
    let first = TcpStream::connect(running.address).await.unwrap();
    let mut second = TcpStream::connect(running.address).await.unwrap();
    second
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut byte = [0_u8; 1];
    assert!(
        timeout(Duration::from_millis(100), second.read(&mut byte))
            .await
            .is_err(),
        "answered beyond the cap"
    );
    drop(first);
    assert!(read_all(&mut second).await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn a_stop_lets_open_requests_finish_and_takes_no_new_ones() {
    let (entered, go_on) = (
        std::sync::Arc::new(Notify::new()),
        std::sync::Arc::new(Notify::new()),
    );
    let (inside, waiting) = (entered.clone(), go_on.clone());
    let slow = Router::new().route(
        "/",
        get(move || async move {
            inside.notify_one();
            waiting.notified().await;
            "done"
        }),
    );
    let running = start(slow, LIMITS).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    timeout(PATIENCE, entered.notified()).await.unwrap();
    running.stop.cancel();
    let refused = async {
        while TcpStream::connect(running.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, refused)
        .await
        .expect("the listener stays open");
    go_on.notify_one();
    assert!(read_all(&mut stream).await.ends_with("done"));
    timeout(PATIENCE, running.task).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_stop_cuts_off_what_does_not_end() {
    let entered = std::sync::Arc::new(Notify::new());
    let inside = entered.clone();
    let never = Router::new().route(
        "/",
        get(move || async move {
            inside.notify_one();
            std::future::pending::<()>().await;
        }),
    );
    let limits = Limits {
        drain_timeout: Duration::from_millis(50),
        ..LIMITS
    };
    let running = start(never, limits).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    timeout(PATIENCE, entered.notified()).await.unwrap();
    running.stop.cancel();
    timeout(PATIENCE, running.task).await.unwrap().unwrap();
}

#[tokio::test]
async fn who_asks_and_never_reads_is_cut_off() {
    let large = || async { "x".repeat(64 * 1024 * 1024) };
    let limits = Limits {
        connections: 1,
        write_timeout: Duration::from_millis(200),
        ..LIMITS
    };
    let router = hello().route("/large", get(large));
    let running = start(router, limits).await;
    let mut deaf = TcpStream::connect(running.address).await.unwrap();
    deaf.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    // There is one place, and it is free again.
    let mut next = TcpStream::connect(running.address).await.unwrap();
    next.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    assert!(read_all(&mut next).await.ends_with("hello"));
    drop(deaf);
}

#[tokio::test]
async fn who_reads_slowly_gets_all_of_it() {
    const LENGTH: usize = 16 * 1024 * 1024;
    let limits = Limits {
        write_timeout: Duration::from_millis(500),
        ..LIMITS
    };
    let router = hello().route("/large", get(|| async { "x".repeat(LENGTH) }));
    let running = start(router, limits).await;
    let mut slow = TcpStream::connect(running.address).await.unwrap();
    slow.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let (mut piece, mut read) = (vec![0; 2 * 1024 * 1024], 0);
    loop {
        let length = timeout(PATIENCE, slow.read(&mut piece))
            .await
            .unwrap()
            .unwrap();
        read += length;
        if length == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(read > LENGTH, "{read}");
}
