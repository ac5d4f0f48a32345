//! Takes connections and serves each in a task of its own until it ends or the service stops.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::Remote;

/// Bytes that a request line with its headers may take, far above what Bitbucket sends.
const MAX_HEADER_BYTES: usize = 32 * 1024;

/// How long the loop rests when the system has no socket to give, before it tries again.
const OUT_OF_SOCKETS_PAUSE: Duration = Duration::from_millis(100);

/// What a connection may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// How many are served at once.
    pub(crate) connections: usize,
    /// How long the request line and headers may take, also between two requests.
    pub(crate) header_timeout: Duration,
    /// How long a client may take none of the answer that waits for it.
    pub(crate) write_timeout: Duration,
    /// How long a stop waits for open requests.
    pub(crate) drain_timeout: Duration,
}

/// Serves until `stop`, then lets open requests finish for as long as the limits say. The listener is closed at once.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: CancellationToken,
) {
    let connections = GracefulShutdown::new();
    let permits = Arc::new(Semaphore::new(limits.connections));
    let cut_off = CancellationToken::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_buf_size(MAX_HEADER_BYTES);
    while let Some((stream, remote, permit)) = next(&listener, &permits, &stop).await {
        let service = router
            .clone()
            .map_request(move |request: Request<Incoming>| {
                let mut request = request.map(Body::new);
                request.extensions_mut().insert(Remote(remote));
                request
            });
        let service = TowerToHyperService::new(service);
        let stream = TokioIo::new(bounded(stream, limits.write_timeout));
        let connection = connections.watch(http.serve_connection(stream, service));
        let cut_off = cut_off.clone();
        tokio::spawn(async move {
            // A peer that goes away or sends no HTTP is its own business; hyper has answered what it could.
            if let Some(Err(error)) = cut_off.run_until_cancelled(connection).await {
                tracing::debug!(error = %error, "a connection ended early");
            }
            drop(permit);
        });
    }
    drop(listener);
    if timeout(limits.drain_timeout, connections.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("open requests were cut off after the drain time");
        cut_off.cancel();
    }
}

/// The stream, broken off when nothing can be written for so long. Without a limit, whoever asks and never reads keeps a connection for good.
fn bounded(stream: TcpStream, write_timeout: Duration) -> Pin<Box<TimeoutStream<TcpStream>>> {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(write_timeout));
    Box::pin(stream)
}

/// The next connection with the right to serve it; `None` when it is time to stop.
async fn next(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let take = async {
        let permit = Arc::clone(permits).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, remote)) => return Some((stream, remote, permit)),
                Err(error) => rest(&error).await,
            }
        }
    };
    tokio::select! {
        biased;
        () = stop.cancelled() => None,
        taken = take => taken,
    }
}

/// Lets the moment pass in which no connection could be taken.
async fn rest(error: &io::Error) {
    let theirs = matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    );
    if !theirs {
        tracing::warn!(error = %error, "no connection could be taken");
        sleep(OUT_OF_SOCKETS_PAUSE).await;
    }
}
