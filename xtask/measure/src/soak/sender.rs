//! A sender that gives no push up.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::SendRequest;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::dice::Dice;
use crate::intake::load::connect;
use crate::intake::push::{Proof, Push};
use crate::seed;

/// The rest after a failure.
const REST: Duration = Duration::from_millis(10);
/// How long an answer may take; a killed process gives none.
const LATEST: Duration = Duration::from_secs(20);

/// What was sent so far.
#[derive(Debug, Default)]
pub(super) struct Sent {
    next: AtomicU64,
    accepted: AtomicU64,
    repeated: AtomicU64,
    told: AtomicU64,
    /// The dedupe keys of all pushes that were answered by 2xx.
    keys: Mutex<HashSet<String>>,
}

impl Sent {
    pub(super) fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    /// How often a push was sent again.
    pub(super) fn repeated(&self) -> u64 {
        self.repeated.load(Ordering::Relaxed)
    }

    /// How many of them the tracker is to be told of.
    pub(super) fn told(&self) -> u64 {
        self.told.load(Ordering::Relaxed)
    }

    pub(super) fn keys(&self) -> HashSet<String> {
        self.keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn accept(&self, key: String, told: bool) {
        self.keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key);
        self.told.fetch_add(u64::from(told), Ordering::Relaxed);
        self.accepted.fetch_add(1, Ordering::Relaxed);
    }
}

/// One connection at a time, to one process after the other.
#[derive(Debug)]
pub(super) struct Sender {
    pub(super) addresses: Vec<SocketAddr>,
    pub(super) deliveries: u64,
    pub(super) repositories: u64,
    pub(super) told_every: u64,
    pub(super) connection: u64,
}

impl Sender {
    /// Sends until all pushes were taken by somebody.
    pub(super) async fn run(self, sent: Arc<Sent>) -> anyhow::Result<()> {
        let (mut push, mut dice) = (Push::to(0), Dice::new(self.connection << 32));
        let (proof, mut line) = (Proof::signature(), None);
        let mut place = usize::try_from(self.connection)?;
        loop {
            let n = sent.next.fetch_add(1, Ordering::Relaxed);
            if n >= self.deliveries {
                return Ok(());
            }
            let repository = self.repository(n);
            let body = of_repository(push.renew(&mut dice), repository);
            let uuid = Uuid::from_u64_pair(dice.next(), dice.next());
            while !self
                .send(&mut line, place, repository, uuid, &proof, &body)
                .await
            {
                line = None;
                place += 1;
                sent.repeated.fetch_add(1, Ordering::Relaxed);
                sleep(REST).await;
            }
            let key = format!("{}/{uuid}", seed::repository_id(repository));
            sent.accept(key, repository == seed::TOLD);
        }
    }

    fn repository(&self, n: u64) -> u64 {
        if n.is_multiple_of(self.told_every) {
            return seed::TOLD;
        }
        match n % self.repositories {
            seed::TOLD => 0,
            other => other,
        }
    }

    /// Whether the push was accepted.
    async fn send(
        &self,
        line: &mut Option<SendRequest<Full<Bytes>>>,
        place: usize,
        repository: u64,
        uuid: Uuid,
        proof: &Proof,
        body: &Bytes,
    ) -> bool {
        let Some(address) = self.addresses.get(place % self.addresses.len().max(1)) else {
            return false;
        };
        let (name, value) = proof.header(body);
        let request = Request::post(format!(
            "/webhooks/bitbucket/{}",
            seed::repository_id(repository)
        ))
        .header("host", address.to_string())
        .header("content-type", "application/json")
        .header("x-event-key", "repo:push")
        .header("x-request-uuid", uuid.to_string())
        .header(name, value)
        .body(Full::new(body.clone()));
        let answer = async {
            let taken = match line.take() {
                Some(open) => open,
                None => connect(*address).await?,
            };
            let open = line.insert(taken);
            open.ready().await?;
            let answer = open.send_request(request?).await?;
            let status = answer.status();
            answer.into_body().collect().await?;
            anyhow::Ok(status.is_success())
        };
        matches!(timeout(LATEST, answer).await, Ok(Ok(true)))
    }
}

/// The same push to another repository; its UUID has the same length.
fn of_repository(push: &[u8], number: u64) -> Bytes {
    let mut body = push.to_vec();
    let (from, to) = (seed::repository_uuid(0), seed::repository_uuid(number));
    if let Some(at) = body
        .windows(from.len())
        .position(|part| part == from.as_bytes())
        && let Some(place) = body.get_mut(at..at + from.len())
    {
        place.copy_from_slice(to.as_bytes());
    }
    Bytes::from(body)
}
