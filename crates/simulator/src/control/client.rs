//! The typed client of the control address.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    condition::Condition,
    error::ControlError,
    lifecycle::Lifecycle,
    operation::{Emit, Pushed, Sent},
    relocation::Relocation,
    seed::Seed,
    serve::{
        AdvanceRequest, EmitRequest, LifecycleRequest, PushRequest, RedeliverRequest, WaitRequest,
    },
};
use crate::{
    clock::Clock,
    delivery::{Delivery, push::Push},
    wire::{fault::Fault, record::Record, text},
    world::{Hook, Issue, Release, Repository, World},
};

type Result<T> = std::result::Result<T, ControlError>;

/// Drives a simulator, in this process or another one.
#[derive(Debug, Clone)]
pub struct Control {
    address: String,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Control {
    /// A client for the control address (`http://127.0.0.1:…`) of a running simulator.
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into().trim_end_matches('/').to_owned(),
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// Everything that exists.
    pub async fn world(&self) -> Result<World> {
        self.read("/world").await
    }

    /// Replaces everything that exists; records, faults and deliveries stay.
    pub async fn set_world(&self, world: &World) -> Result<()> {
        self.act(Method::PUT, "/world", world).await
    }

    /// Puts things into the world, replacing those of the same identity.
    pub async fn seed(&self, seeds: impl IntoIterator<Item = Seed>) -> Result<()> {
        let seeds: Vec<Seed> = seeds.into_iter().collect();
        self.act(Method::POST, "/seed", &seeds).await
    }

    /// Pushes, and delivers to every hook and app that listens; returns when all attempts are over.
    pub async fn push(&self, push: &Push) -> Result<Pushed> {
        self.push_as(push, false).await
    }

    /// Pushes, but hands the deliveries back unsent.
    pub async fn push_held(&self, push: &Push) -> Result<Pushed> {
        self.push_as(push, true).await
    }

    async fn push_as(&self, push: &Push, hold: bool) -> Result<Pushed> {
        let push = push.clone();
        self.call(Method::POST, "/push", &PushRequest { push, hold })
            .await
    }

    /// Delivers any other event.
    pub async fn emit(&self, emit: &Emit) -> Result<Sent> {
        let request = EmitRequest {
            emit: emit.clone(),
            hold: false,
        };
        self.call(Method::POST, "/emit", &request).await
    }

    /// Makes the deliveries of any other event, but hands them back unsent.
    pub async fn emit_held(&self, emit: &Emit) -> Result<Sent> {
        let request = EmitRequest {
            emit: emit.clone(),
            hold: true,
        };
        self.call(Method::POST, "/emit", &request).await
    }

    /// Sends a delivery exactly as it is given, tampered or not; its `attempts` are those of this sending alone.
    pub async fn deliver(&self, delivery: &Delivery) -> Result<Delivery> {
        self.call(Method::POST, "/deliver", delivery).await
    }

    /// Sends a known delivery, for the first time or again, with the same request uuid.
    pub async fn redeliver(&self, id: u64) -> Result<Delivery> {
        let fresh_uuid = false;
        self.call(
            Method::POST,
            "/redeliver",
            &RedeliverRequest { id, fresh_uuid },
        )
        .await
    }

    /// Sends a known delivery again under a new request uuid, as a replay by hand does.
    pub async fn replay(&self, id: u64) -> Result<Delivery> {
        let fresh_uuid = true;
        self.call(
            Method::POST,
            "/redeliver",
            &RedeliverRequest { id, fresh_uuid },
        )
        .await
    }

    /// Gives a repository another slug and name, and tells its hooks (`repo:updated`).
    pub async fn rename(&self, repository: &str, slug: &str) -> Result<Sent> {
        let relocation = Relocation::Rename {
            repository: repository.to_owned(),
            slug: slug.to_owned(),
        };
        self.call(Method::POST, "/relocate", &relocation).await
    }

    /// Moves a repository to another workspace, and tells its hooks (`repo:transfer`); its access tokens die.
    pub async fn transfer(&self, repository: &str, workspace: &str) -> Result<Sent> {
        let relocation = Relocation::Transfer {
            repository: repository.to_owned(),
            workspace: workspace.to_owned(),
        };
        self.call(Method::POST, "/relocate", &relocation).await
    }

    /// Tells a Connect app that it was installed or uninstalled.
    pub async fn tell(&self, lifecycle: &Lifecycle) -> Result<Delivery> {
        let request = LifecycleRequest {
            lifecycle: lifecycle.clone(),
            hold: false,
        };
        self.call(Method::POST, "/lifecycle", &request).await
    }

    /// Makes such a call, but hands it back unsent.
    pub async fn tell_held(&self, lifecycle: &Lifecycle) -> Result<Delivery> {
        let request = LifecycleRequest {
            lifecycle: lifecycle.clone(),
            hold: true,
        };
        self.call(Method::POST, "/lifecycle", &request).await
    }

    /// Every delivery ever made by a push or an event.
    pub async fn deliveries(&self) -> Result<Vec<Delivery>> {
        self.read("/deliveries").await
    }

    /// Everything asked of both halves since the last clearing, in order.
    pub async fn records(&self) -> Result<Vec<Record>> {
        self.read("/records").await
    }

    /// All records as numbered lines, secrets masked: what a failed test prints.
    pub async fn transcript(&self) -> Result<String> {
        let lines: Vec<String> = self
            .records()
            .await?
            .iter()
            .map(Record::to_string)
            .collect();
        Ok(lines.join("\n"))
    }

    /// Forgets all records.
    pub async fn clear_records(&self) -> Result<()> {
        self.act(Method::DELETE, "/records", &json!(null)).await
    }

    /// Switches a fault on; the first of all faults that meets a request decides.
    pub async fn fail(&self, fault: &Fault) -> Result<()> {
        self.act(Method::POST, "/faults", fault).await
    }

    /// The faults that are still on.
    pub async fn faults(&self) -> Result<Vec<Fault>> {
        self.read("/faults").await
    }

    /// Switches all faults off.
    pub async fn clear_faults(&self) -> Result<()> {
        self.act(Method::DELETE, "/faults", &json!(null)).await
    }

    /// An issue by short id; refused with 404 if there is none.
    pub async fn issue(&self, short_id: &str) -> Result<Issue> {
        self.read(&format!("/issues/{}", text::encode(short_id)))
            .await
    }

    /// A release by version; `None` if there is none.
    pub async fn release(&self, version: &str) -> Result<Option<Release>> {
        let found = self
            .read(&format!("/releases/{}", text::encode(version)))
            .await;
        match found {
            Ok(release) => Ok(Some(release)),
            Err(ControlError::Refused { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A repository by full name, with branches, commits and hooks.
    pub async fn repository(&self, full_name: &str) -> Result<Repository> {
        self.read(&format!("/repositories/{full_name}")).await
    }

    /// The hooks of a repository, secrets included.
    pub async fn hooks(&self, full_name: &str) -> Result<Vec<Hook>> {
        self.read(&format!("/hooks/{full_name}")).await
    }

    /// Waits until a condition holds; refused with 408 after `timeout`.
    pub async fn wait_for(&self, condition: Condition, timeout: Duration) -> Result<()> {
        let timeout_ms = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        let request = WaitRequest {
            condition,
            timeout_ms,
        };
        self.act(Method::POST, "/wait", &request).await
    }

    /// The time of the simulated world.
    pub async fn now(&self) -> Result<Timestamp> {
        self.read("/clock").await
    }

    /// Sets the clock.
    pub async fn set_clock(&self, clock: Clock) -> Result<()> {
        self.act(Method::PUT, "/clock", &clock).await
    }

    /// Moves the clock forward, stopping it if it still ran.
    pub async fn advance(&self, seconds: i64) -> Result<()> {
        self.act(Method::POST, "/clock/advance", &AdvanceRequest { seconds })
            .await
    }

    async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.call(Method::GET, path, &json!(null)).await
    }

    async fn act<B: Serialize>(&self, method: Method, path: &str, body: &B) -> Result<()> {
        self.call::<B, Value>(method, path, body).await.map(drop)
    }

    async fn call<B: Serialize, T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &B,
    ) -> Result<T> {
        let body = serde_json::to_vec(body).map_err(unreadable)?;
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.address))
            .header("content-type", "application/json")
            .body(Full::from(body))
            .map_err(|error| self.unreachable(&error))?;
        let response = self.client.request(request).await;
        let response = response.map_err(|error| self.unreachable(&error))?;
        let status = response.status();
        let body = response.into_body().collect().await;
        let body = body.map_err(|error| self.unreachable(&error))?.to_bytes();
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(unreadable);
        }
        let refusal: Value = serde_json::from_slice(&body).unwrap_or_default();
        Err(ControlError::Refused {
            status: status.as_u16(),
            message: refusal["error"].as_str().unwrap_or_default().to_owned(),
        })
    }

    fn unreachable(&self, error: &dyn std::error::Error) -> ControlError {
        ControlError::Unreachable {
            address: self.address.clone(),
            reason: error.to_string(),
        }
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is used as a mapping of errors"
)]
fn unreadable(error: serde_json::Error) -> ControlError {
    ControlError::Unreadable {
        reason: error.to_string(),
    }
}
