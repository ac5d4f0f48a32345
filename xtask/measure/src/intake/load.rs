//! The load generator: closed loops, or requests at a fixed rate whatever the server does.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use hdrhistogram::Histogram;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use super::push::{Proof, Push};
use crate::dice::Dice;
use crate::process::Process;
use crate::sample::number;
use crate::seed;

/// What is sent, and how fast.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Load {
    #[arg(long, default_value_t = 32)]
    connections: u32,
    /// How long to measure, after the warm-up.
    #[arg(long, default_value_t = 4.0)]
    seconds: f64,
    #[arg(long, default_value_t = 1.0)]
    warm_up: f64,
    /// Open loop: this many pushes a second, each due at its time; a late one counts from when it was due. Without it, each
    /// connection sends the next push as soon as the last one was answered.
    #[arg(long, value_name = "PER_SECOND")]
    rate: Option<f64>,
    /// Send this many pushes in all and measure no rate.
    #[arg(long)]
    pushes: Option<u32>,
    /// How many repositories are pushed to: each connection pushes to one of them.
    #[arg(long, default_value_t = 1)]
    pub(super) pushed_to: u64,
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Loaded {
    /// In microseconds, of the pushes that were counted.
    pub(super) latencies: Histogram<u64>,
    /// Pushes answered by 2xx or not.
    pub(super) all: u64,
    /// Those within the window.
    pub(super) counted: u64,
    pub(super) refused: u64,
    /// From the end of the warm-up on; nothing when the number of pushes was given.
    pub(super) window: Duration,
    /// Processor time of the server within the window.
    pub(super) window_cpu: f64,
    closed: bool,
}

impl Loaded {
    /// A quantile, in microseconds, corrected for coordinated omission: a closed loop sends nothing while it waits, so that a pause
    /// counts once instead of once for each push that was due. An open loop needs no correction.
    pub(super) fn corrected_micros(&self, quantile: f64) -> f64 {
        let usual = self.latencies.value_at_quantile(0.5);
        let latencies = if self.closed {
            &self.latencies.clone_correct(usual)
        } else {
            &self.latencies
        };
        number(usize::try_from(latencies.value_at_quantile(quantile)).unwrap_or(usize::MAX))
    }
}

/// One connection's part.
struct Part {
    latencies: Histogram<u64>,
    all: u64,
    refused: u64,
}

#[derive(Debug, Clone, Copy)]
struct Times {
    start: Instant,
    counts_from: Instant,
    end: Instant,
}

impl Load {
    /// The part of the server with this number, of so many that share the connections and the rate.
    pub(super) fn part_of(self, servers: u32, number: usize) -> Self {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            connections: share(self.connections, servers, number),
            rate: self.rate.map(|rate| rate / f64::from(servers)),
            pushes: self.pushes.map(|pushes| share(pushes, servers, number)),
            ..self
        }
    }

    pub(super) async fn run(
        self,
        address: SocketAddr,
        path: impl Fn(u64) -> String,
        proof: &Proof,
        server: Process,
    ) -> anyhow::Result<Loaded> {
        let start = Instant::now();
        let counts_from = start + Duration::from_secs_f64(self.warm_up);
        let end = counts_from + Duration::from_secs_f64(self.seconds);
        let times = match self.pushes {
            Some(_) => Times {
                start,
                counts_from: start,
                end: start + Duration::from_secs(600),
            },
            None => Times {
                start,
                counts_from,
                end,
            },
        };
        let mut tasks = JoinSet::new();
        for number in 0..self.connections {
            let repository = seed::recorded(u64::from(number) % self.pushed_to.max(1));
            let (path, proof) = (path(repository), proof.clone());
            let push = Push::to(repository);
            tasks.spawn(async move {
                let mut sender = Sender::connect(address, path, proof, push, number).await?;
                self.part(&mut sender, number, times).await
            });
        }
        let window = match self.pushes {
            Some(_) => (Duration::ZERO, 0.0),
            None => window(server, counts_from, end).await?,
        };
        let mut loaded = Loaded {
            latencies: histogram()?,
            all: 0,
            counted: 0,
            refused: 0,
            window: window.0,
            window_cpu: window.1,
            closed: self.rate.is_none(),
        };
        while let Some(part) = tasks.join_next().await {
            let part = part??;
            loaded.latencies.add(part.latencies)?;
            loaded.all += part.all;
            loaded.refused += part.refused;
        }
        loaded.counted = loaded.latencies.len();
        Ok(loaded)
    }

    async fn part(self, sender: &mut Sender, number: u32, times: Times) -> anyhow::Result<Part> {
        let mut part = Part {
            latencies: histogram()?,
            all: 0,
            refused: 0,
        };
        let gap = self
            .rate
            .map(|rate| Duration::from_secs_f64(f64::from(self.connections) / rate));
        let mut due = times.start + gap.unwrap_or_default() * number / self.connections;
        let mut left = self
            .pushes
            .map(|pushes| share(pushes, self.connections, number));
        while left != Some(0) {
            if let Some(gap) = gap {
                sleep_until(due).await;
                due += gap;
            }
            let begin = gap.map_or_else(Instant::now, |gap| due - gap);
            if begin >= times.end {
                break;
            }
            let good = sender.send().await?;
            part.all += 1;
            part.refused += u64::from(!good);
            let answered = Instant::now();
            if begin >= times.counts_from && answered <= times.end {
                let micros = u64::try_from((answered - begin).as_micros())?;
                part.latencies.saturating_record(micros.max(1));
            }
            left = left.map(|left| left - 1);
        }
        Ok(part)
    }
}

/// How many of `all` the connection with this number sends.
const fn share(all: u32, connections: u32, number: u32) -> u32 {
    all / connections + if number < all % connections { 1 } else { 0 }
}

fn histogram() -> anyhow::Result<Histogram<u64>> {
    // A microsecond to a minute, to three digits.
    Ok(Histogram::new_with_bounds(1, 60_000_000, 3)?)
}

/// Waits for the end; how long it was and what processor time the server took.
async fn window(server: Process, from: Instant, to: Instant) -> anyhow::Result<(Duration, f64)> {
    sleep_until(from).await;
    let (begin, cpu) = (Instant::now(), server.cpu_seconds()?);
    sleep_until(to).await;
    Ok((begin.elapsed(), server.cpu_seconds()? - cpu))
}

/// One connection that sends one push after the other.
struct Sender {
    connection: SendRequest<Full<Bytes>>,
    host: String,
    path: String,
    proof: Proof,
    push: Push,
    dice: Dice,
}

impl Sender {
    async fn connect(
        address: SocketAddr,
        path: String,
        proof: Proof,
        push: Push,
        number: u32,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            connection: connect(address).await?,
            host: address.to_string(),
            path,
            proof,
            push,
            dice: Dice::new(u64::from(number) << 32),
        })
    }

    /// Sends a fresh push; whether it was taken.
    async fn send(&mut self) -> anyhow::Result<bool> {
        let body = Bytes::copy_from_slice(self.push.renew(&mut self.dice));
        let id = Uuid::from_u64_pair(self.dice.next(), self.dice.next());
        let (name, value) = self.proof.header(&body);
        let request = Request::post(&self.path)
            .header("host", &self.host)
            .header("user-agent", "Bitbucket-Webhooks/2.0")
            .header("content-type", "application/json")
            .header("x-event-key", "repo:push")
            .header("x-hook-uuid", "{0190a5c2-0000-4000-8000-000000000009}")
            .header("x-attempt-number", "1")
            .header("x-request-uuid", id.to_string())
            .header(name, value)
            .body(Full::new(body))?;
        self.connection.ready().await?;
        let answer = self.connection.send_request(request).await?;
        let status = answer.status();
        answer.into_body().collect().await?;
        Ok(status.is_success())
    }
}

pub(crate) async fn connect(address: SocketAddr) -> anyhow::Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

/// Reads JSON from the service's API.
pub(super) async fn get(
    address: SocketAddr,
    path: &str,
    key: &str,
) -> anyhow::Result<serde_json::Value> {
    let mut connection = connect(address).await?;
    let request = Request::get(path)
        .header("host", address.to_string())
        .header("authorization", format!("Bearer {key}"))
        .body(Full::default())?;
    let answer = connection.send_request(request).await?;
    ensure!(
        answer.status().is_success(),
        "{path} answered {}",
        answer.status()
    );
    let body = answer.into_body().collect().await?.to_bytes();
    serde_json::from_slice(&body).with_context(|| format!("{path} answered no JSON"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up() {
        let shares = |all| (0..32).map(|number| share(all, 32, number)).sum::<u32>();
        assert_eq!([0, 1, 31, 200, 20_001].map(shares), [0, 1, 31, 200, 20_001]);
    }
}
