//! Sending deliveries: ten seconds each, and two more attempts after a 5xx.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::time::{Instant, timeout};

use super::{Attempt, Delivery};

/// How long the receiver may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Attempts in all.
const ATTEMPTS: u32 = 3;
/// Larger payloads are never sent, in bytes.
const MAX_PAYLOAD: usize = 256 * 1024;
/// How much of an answer is kept, in bytes.
const KEPT_ANSWER: usize = 4096;
/// Longest answer that is read, in bytes.
const MAX_ANSWER: usize = 1024 * 1024;

/// Sends deliveries over plain HTTP.
#[derive(Debug, Clone)]
pub(crate) struct Sender {
    client: Client<HttpConnector, Full<Bytes>>,
    retry_delay: Duration,
}

impl Sender {
    pub(crate) fn new(retry_delay: Duration) -> Self {
        Self {
            client: Client::builder(TokioExecutor::new()).build_http(),
            retry_delay,
        }
    }

    /// Sends a delivery, again after each 5xx until the attempts are used up.
    pub(crate) async fn send(&self, delivery: &Delivery) -> Vec<Attempt> {
        if delivery.body.len() > MAX_PAYLOAD {
            return vec![failed(1, "larger than 256 KiB, never sent", Duration::ZERO)];
        }
        let mut attempts = Vec::new();
        for number in 1..=ATTEMPTS {
            let attempt = self.attempt(delivery, number).await;
            let again = attempt.status.is_some_and(|status| status >= 500);
            attempts.push(attempt);
            if !again {
                break;
            }
            if number < ATTEMPTS {
                tokio::time::sleep(self.retry_delay).await;
            }
        }
        attempts
    }

    async fn attempt(&self, delivery: &Delivery, number: u32) -> Attempt {
        let started = Instant::now();
        let outcome = match request(delivery, number) {
            Ok(request) => timeout(TIMEOUT, self.exchange(request)).await,
            Err(error) => return failed(number, &error.to_string(), started.elapsed()),
        };
        match outcome {
            Ok(Ok((status, answer))) => Attempt {
                number,
                status: Some(status),
                error: None,
                answer: String::from_utf8_lossy(&answer[..answer.len().min(KEPT_ANSWER)])
                    .into_owned(),
                elapsed_ms: milliseconds(started.elapsed()),
            },
            Ok(Err(error)) => failed(number, &error, started.elapsed()),
            Err(_) => failed(number, "TIMEOUT", started.elapsed()),
        }
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<(u16, Bytes), String> {
        let response = self
            .client
            .request(request)
            .await
            .map_err(|error| error.to_string())?;
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), MAX_ANSWER)
            .collect()
            .await;
        let body = body.map_err(|error| error.to_string())?;
        Ok((status, body.to_bytes()))
    }
}

fn request(delivery: &Delivery, number: u32) -> Result<Request<Full<Bytes>>, http::Error> {
    let mut request = Request::post(&delivery.url);
    for (name, value) in &delivery.headers {
        request = request.header(name, value);
    }
    if delivery.header("X-Attempt-Number").is_none() {
        request = request.header("X-Attempt-Number", number);
    }
    request.body(Full::from(delivery.body.clone()))
}

fn failed(number: u32, error: &str, elapsed: Duration) -> Attempt {
    Attempt {
        number,
        status: None,
        error: Some(error.to_owned()),
        answer: String::new(),
        elapsed_ms: milliseconds(elapsed),
    }
}

fn milliseconds(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}
