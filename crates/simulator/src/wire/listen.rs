//! The accept loop, and a line that can be made to carry noise.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use http::{Request, Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

use super::body::{Cut, WireBody};

/// What replaces every byte of an answer on a noisy line.
const NOISE: u8 = 0xa5;

/// A handle to the connection that a request came on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    noisy: Arc<AtomicBool>,
}

impl Line {
    /// From now on every byte written is noise.
    pub(crate) fn make_noise(&self) {
        self.noisy.store(true, Ordering::Relaxed);
    }
}

/// Accepts connections until told to stop, then drops them all.
pub(crate) async fn serve<A, F>(listener: TcpListener, mut stop: watch::Receiver<bool>, answer: A)
where
    A: Fn(Line, Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Result<Response<WireBody>, Cut>> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stop.changed() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                connections.spawn(connection(stream, answer.clone()));
            },
        }
    }
    connections.shutdown().await;
}

async fn connection<A, F>(stream: TcpStream, answer: A)
where
    A: Fn(Line, Request<Incoming>) -> F,
    F: Future<Output = Result<Response<WireBody>, Cut>>,
{
    let line = Line::default();
    let wire = Wire {
        stream,
        line: line.clone(),
    };
    let service = service_fn(move |request| answer(line.clone(), request));
    let served = http1::Builder::new()
        .serve_connection(TokioIo::new(wire), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "connection ended early");
    }
}

/// A TCP stream whose writes may be turned to noise.
#[derive(Debug)]
struct Wire {
    stream: TcpStream,
    line: Line,
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.line.noisy.load(Ordering::Relaxed) {
            let noise = vec![NOISE; bytes.len()];
            return Pin::new(&mut self.stream).poll_write(context, &noise);
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
