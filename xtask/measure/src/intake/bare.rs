//! A server that checks the signature of each push and keeps nothing: the floor of everything that speaks HTTP.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::Arc;

use aws_lc_rs::hmac;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Collected, Empty};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

#[derive(Debug, clap::Args)]
pub(crate) struct Bare {
    #[arg(long, env = "PORT")]
    port: u16,
    #[arg(long, env = "WEBHOOK_SECRET", hide_env_values = true)]
    secret: String,
}

/// Runs until killed.
pub(crate) async fn bare(arguments: &Bare) -> anyhow::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await?;
    let key = Arc::new(hmac::Key::new(
        hmac::HMAC_SHA256,
        arguments.secret.as_bytes(),
    ));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let key = Arc::clone(&key);
        let service = service_fn(move |request| answer(Arc::clone(&key), request));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(
    key: Arc<hmac::Key>,
    request: Request<Incoming>,
) -> Result<Response<Empty<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let tag = head.headers.get("x-hub-signature");
    let tag = tag.and_then(|value| hex::decode(value.as_bytes().strip_prefix(b"sha256=")?).ok());
    let body = body.collect().await.map(Collected::to_bytes);
    let good =
        matches!((&tag, &body), (Some(tag), Ok(body)) if hmac::verify(&key, body, tag).is_ok());
    let mut response = Response::new(Empty::new());
    *response.status_mut() = if good {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::UNAUTHORIZED
    };
    Ok(response)
}
