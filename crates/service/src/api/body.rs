//! Request bodies: bounded in size and time, read before anybody looks into them.

use std::time::Duration;

use axum::Json;
use axum::body::{Body, HttpBody as _};
use axum::extract::{Query, Request};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};

use super::answer::Refusal;

/// A body too large is read on and thrown away up to this many times the limit, so that its sender gets to see the
/// answer instead of a reset connection.
const DISCARD_FACTOR: usize = 8;

/// How much room is made for a body whose sender says that it is so long; more only comes with what is really sent.
const MADE_READY: usize = 64 * 1024;

/// What a body may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyLimits {
    /// Its size in bytes.
    pub(crate) bytes: usize,
    /// How long its sender may take.
    pub(crate) time: Duration,
}

/// Reads the whole body.
///
/// # Errors
/// 413 when it is too large, 408 when it takes too long, 400 when it breaks off.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    limits: BodyLimits,
) -> Result<Bytes, Refusal> {
    let deadline = Instant::now() + limits.time;
    let waits_for_us = headers.contains_key(header::EXPECT);
    let announced = body.size_hint().lower();
    if waits_for_us && announced > limits.bytes as u64 {
        return Err(too_large(limits));
    }
    match timeout_at(deadline, collect(body, limits)).await {
        Ok(read) => read,
        Err(_) => Err(Refusal::new(
            StatusCode::REQUEST_TIMEOUT,
            "body_timeout",
            format!(
                "the request body did not arrive within {} s",
                limits.time.as_secs_f32()
            ),
        )),
    }
}

async fn collect(mut body: Body, limits: BodyLimits) -> Result<Bytes, Refusal> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let mut kept = BytesMut::with_capacity(announced.min(MADE_READY).min(limits.bytes));
    let mut seen: usize = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame
            .map_err(|_| Refusal::bad_request("body_incomplete", "the request body broke off"))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        seen = seen.saturating_add(data.len());
        if seen <= limits.bytes {
            kept.extend_from_slice(&data);
        } else if seen > limits.bytes.saturating_mul(DISCARD_FACTOR) {
            break;
        }
    }
    if seen > limits.bytes {
        Err(too_large(limits))
    } else {
        Ok(kept.freeze())
    }
}

fn too_large(limits: BodyLimits) -> Refusal {
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "payload_too_large",
        format!("the request body is larger than {} bytes", limits.bytes),
    )
}

/// Reads a JSON body into a request.
///
/// # Errors
/// As [`read`]; 415 for another content type; 400 with line, column and field for JSON that can't be read.
pub(crate) async fn json<T: DeserializeOwned>(
    request: Request,
    limits: BodyLimits,
) -> Result<T, Refusal> {
    let (parts, body) = request.into_parts();
    if !is_json(&parts.headers) {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "a body with `Content-Type: application/json` is expected",
        ));
    }
    let bytes = read(&parts.headers, body, limits).await?;
    match Json::<T>::from_bytes(&bytes) {
        Ok(Json(value)) => Ok(value),
        Err(rejection) => Err(Refusal::bad_request("invalid_json", innermost(&rejection))),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = value
        .and_then(|value| value.split(';').next())
        .map(str::trim);
    essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"))
}

/// What the parser says: the field's path, what is wrong, line and column.
fn innermost(error: &dyn std::error::Error) -> String {
    let source = error
        .source()
        .and_then(std::error::Error::source)
        .or_else(|| error.source());
    let text = source.map_or_else(|| error.to_string(), ToString::to_string);
    format!("the body is not the JSON that is expected: {text}")
}

/// Reads the query of an address.
///
/// # Errors
/// 400 with what is wrong.
pub(crate) fn query<T: DeserializeOwned>(request: &http::Uri) -> Result<T, Refusal> {
    match Query::<T>::try_from_uri(request) {
        Ok(Query(value)) => Ok(value),
        Err(rejection) => {
            let text = std::error::Error::source(&rejection)
                .map_or_else(|| rejection.to_string(), ToString::to_string);
            Err(Refusal::bad_request(
                "invalid_query",
                format!("the query can't be read: {text}"),
            ))
        }
    }
}
