//! The server behind the control address: plain HTTP and JSON, no credentials, loopback only.

use std::{sync::Arc, time::Duration};

use http::{Request, Response};
use hyper::body::Incoming;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::json;

use super::{
    condition::Condition,
    lifecycle::{self, Lifecycle},
    operation::{self, Emit, Sent},
    relocation::{self, Relocation},
    seed::Seed,
};
use crate::{
    clock::Clock,
    delivery::{Delivery, push::Push},
    state::Shared,
    wire::{
        answer::Answer,
        asked::Asked,
        body::{Cut, WireBody},
        call::Handled,
        exchange,
        fault::Fault,
        text,
    },
    world::World,
};

/// Body of `POST /push`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PushRequest {
    #[serde(flatten)]
    pub(super) push: Push,
    /// Make the deliveries, but do not send them.
    #[serde(default)]
    pub(super) hold: bool,
}

/// Body of `POST /emit`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct EmitRequest {
    #[serde(flatten)]
    pub(super) emit: Emit,
    /// Make the deliveries, but do not send them.
    #[serde(default)]
    pub(super) hold: bool,
}

/// Body of `POST /lifecycle`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct LifecycleRequest {
    #[serde(flatten)]
    pub(super) lifecycle: Lifecycle,
    /// Make the call, but do not send it.
    #[serde(default)]
    pub(super) hold: bool,
}

/// Body of `POST /redeliver`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RedeliverRequest {
    pub(super) id: u64,
    #[serde(default)]
    pub(super) fresh_uuid: bool,
}

/// Body of `POST /wait`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct WaitRequest {
    pub(super) condition: Condition,
    pub(super) timeout_ms: u64,
}

/// Body of `POST /clock/advance`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AdvanceRequest {
    pub(super) seconds: i64,
}

/// Answers one control request.
pub(crate) async fn control(
    shared: Arc<Shared>,
    request: Request<Incoming>,
) -> Result<Response<WireBody>, Cut> {
    let asked = exchange::read(request).await.ok_or(Cut)?;
    let (Ok(answer) | Err(answer)) = dispatch(&shared, &asked).await;
    exchange::response(&answer, WireBody::whole(answer.body.clone()))
}

async fn dispatch(shared: &Shared, asked: &Asked) -> Handled {
    let decoded: Vec<String> = asked
        .path
        .split('/')
        .skip(1)
        .map(text::decode_segment)
        .collect();
    let segments: Vec<&str> = decoded.iter().map(String::as_str).collect();
    match (asked.method.as_str(), segments.as_slice()) {
        ("GET", [""]) => ok(&shared_addresses(shared)),
        ("POST", ["push"]) => push(shared, read(asked)?).await,
        ("POST", ["emit"]) => emit(shared, read(asked)?).await,
        ("POST", ["deliver"]) => deliver(shared, read(asked)?).await,
        ("POST", ["redeliver"]) => redeliver(shared, read(asked)?).await,
        ("POST", ["relocate"]) => relocate(shared, read(asked)?).await,
        ("POST", ["lifecycle"]) => tell(shared, read(asked)?).await,
        ("POST", ["wait"]) => wait(shared, read(asked)?).await,
        ("GET", _) => look(shared, &segments),
        _ => change(shared, asked, &segments),
    }
}

/// Reads something of the state.
fn look(shared: &Shared, segments: &[&str]) -> Handled {
    let state = shared.state();
    let world = &state.world;
    let mut organizations = world.sentry.organizations.iter();
    let repository = |workspace: &str, slug: &str| {
        let name = format!("{workspace}/{slug}");
        let mut all = world.bitbucket.repositories.iter();
        all.find(|one| one.full_name() == name)
            .ok_or_else(|| refused(404, &format!("no repository {name}")))
    };
    match segments {
        ["world"] => ok(world),
        ["records"] => ok(&state.records),
        ["faults"] => ok(&state.faults),
        ["deliveries"] => ok(&state.deliveries),
        ["clock"] => ok(&world.clock.now()),
        ["repositories", workspace, slug] => ok(repository(workspace, slug)?),
        ["hooks", workspace, slug] => ok(&repository(workspace, slug)?.hooks),
        ["issues", id] => {
            let found = organizations.find_map(|one| one.issue(id));
            ok(found.ok_or_else(|| refused(404, &format!("no issue {id}")))?)
        }
        ["releases", version] => {
            let found = organizations.find_map(|one| one.release(version));
            ok(found.ok_or_else(|| refused(404, &format!("no release {version}")))?)
        }
        _ => Err(refused(404, "nothing here; GET / lists the addresses")),
    }
}

/// Changes something of the state.
fn change(shared: &Shared, asked: &Asked, segments: &[&str]) -> Handled {
    match (asked.method.as_str(), segments) {
        ("PUT", ["world"]) => {
            let world: World = read(asked)?;
            shared.change(|state| state.world = world);
        }
        ("POST", ["seed"]) => {
            let seeds: Vec<Seed> = read(asked)?;
            let planted = shared.change(|state| {
                seeds
                    .into_iter()
                    .try_for_each(|seed| seed.plant(&mut state.world))
            });
            planted.map_err(|message| refused(404, &message))?;
        }
        ("POST", ["faults"]) => {
            let fault: Fault = read(asked)?;
            shared.change(|state| state.faults.push(fault));
        }
        ("DELETE", ["faults"]) => shared.change(|state| state.faults.clear()),
        ("DELETE", ["records"]) => shared.change(|state| state.records.clear()),
        ("PUT", ["clock"]) => {
            let clock: Clock = read(asked)?;
            shared.change(|state| state.world.clock = clock);
        }
        ("POST", ["clock", "advance"]) => {
            let AdvanceRequest { seconds } = read(asked)?;
            shared.change(|state| state.world.clock = state.world.clock.advanced(seconds));
        }
        _ => return Err(refused(404, "nothing here; GET / lists the addresses")),
    }
    ok(&json!({}))
}

async fn push(shared: &Shared, request: PushRequest) -> Handled {
    let pushed = operation::push(shared, &request.push);
    let mut pushed = pushed.map_err(|message| refused(422, &message))?;
    if !request.hold {
        pushed.deliveries = operation::send(shared, pushed.deliveries).await;
    }
    ok(&pushed)
}

async fn emit(shared: &Shared, request: EmitRequest) -> Handled {
    let made = operation::emit(shared, &request.emit).map_err(|message| refused(422, &message))?;
    let deliveries = match request.hold {
        true => made,
        false => operation::send(shared, made).await,
    };
    ok(&Sent { deliveries })
}

/// Sends a delivery exactly as it is given.
async fn deliver(shared: &Shared, mut delivery: Delivery) -> Handled {
    delivery.attempts.clear();
    delivery.attempts = shared.sender.send(&delivery).await;
    ok(&delivery)
}

async fn redeliver(shared: &Shared, request: RedeliverRequest) -> Handled {
    let known = operation::known(shared, request.id, request.fresh_uuid);
    let known = known.map_err(|message| refused(404, &message))?;
    ok(&operation::send(shared, vec![known]).await.pop())
}

async fn relocate(shared: &Shared, relocation: Relocation) -> Handled {
    let sent = relocation::relocate(shared, &relocation).await;
    let deliveries = sent.map_err(|message| refused(422, &message))?;
    ok(&Sent { deliveries })
}

async fn tell(shared: &Shared, request: LifecycleRequest) -> Handled {
    let made = lifecycle::make(shared, &request.lifecycle);
    let made = made.map_err(|message| refused(422, &message))?;
    match request.hold {
        true => ok(&made),
        false => deliver(shared, made).await,
    }
}

/// Answers as soon as the condition holds, or 408.
async fn wait(shared: &Shared, request: WaitRequest) -> Handled {
    let mut changes = shared.changes();
    let holds = async {
        while !request.condition.holds(&shared.state()) {
            if changes.changed().await.is_err() {
                break;
            }
        }
    };
    match tokio::time::timeout(Duration::from_millis(request.timeout_ms), holds).await {
        Ok(()) => ok(&json!({})),
        Err(_) => Err(refused(
            408,
            &format!("still waiting for {:?}", request.condition),
        )),
    }
}

fn shared_addresses(shared: &Shared) -> serde_json::Value {
    let addresses = &shared.addresses;
    json!({
        "bitbucket": addresses.bitbucket,
        "sentry": addresses.sentry,
        "control": addresses.control,
    })
}

fn read<T: DeserializeOwned>(asked: &Asked) -> Result<T, Answer> {
    serde_json::from_slice(&asked.body).map_err(|error| refused(400, &error.to_string()))
}

fn ok<T: Serialize>(value: &T) -> Handled {
    match serde_json::to_value(value) {
        Ok(value) => Ok(Answer::ok(&value)),
        Err(error) => Err(refused(500, &error.to_string())),
    }
}

fn refused(status: u16, message: &str) -> Answer {
    Answer::json(status, &json!({"error": message}))
}
