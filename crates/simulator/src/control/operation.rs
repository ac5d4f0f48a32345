//! What the control address can be asked to do to the world, and what it answers.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    delivery::{
        Delivery, envelope, moves,
        payload::Source,
        push::{Actor, Push},
    },
    state::{Shared, State},
};

/// Most deliveries that are kept; a long run keeps its newest.
const MAX_DELIVERIES: usize = 10_000;

/// What a push did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pushed {
    /// Hash that each changed reference points to now; absent for a deleted one.
    pub heads: Vec<Option<String>>,
    /// The payload that hooks get.
    pub payload: Value,
    /// One delivery for each hook and app that listens; with attempts unless they were held back.
    pub deliveries: Vec<Delivery>,
}

impl Pushed {
    /// The only delivery, if there is exactly one.
    pub fn delivery(&self) -> Option<&Delivery> {
        match self.deliveries.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// Any other event of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emit {
    /// Full name of the repository.
    pub repository: String,
    /// Event key, e.g. `pullrequest:fulfilled`.
    pub event: String,
    /// Members of the payload beside `actor` and `repository`, or instead of them.
    #[serde(default)]
    pub payload: Map<String, Value>,
}

/// Deliveries of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// One delivery for each hook and app that listens.
    pub deliveries: Vec<Delivery>,
}

/// Changes the world as the push says and makes its deliveries, without sending them.
pub(super) fn push(shared: &Shared, push: &Push) -> Result<Pushed, String> {
    let base = shared.addresses.bitbucket.as_str();
    shared.change(|state| {
        let now = state.world.clock.now();
        let place = repository(state, &push.repository)?;
        let own = &mut state.world.bitbucket.repositories[place];
        let moved = moves::apply(own, &push.changes, now).map_err(|impossible| impossible.0)?;
        let sides = moved.iter().map(|one| one.new.as_ref());
        let heads = sides
            .map(|new| new.map(|target| target.target.clone()))
            .collect();
        let payload = source(base, state, place).push(push.actor, &moved);
        let deliveries = prepare(state, place, "repo:push", &payload);
        Ok(Pushed {
            heads,
            payload,
            deliveries,
        })
    })
}

/// Makes the deliveries of any event, without sending them.
pub(super) fn emit(shared: &Shared, emit: &Emit) -> Result<Vec<Delivery>, String> {
    let base = shared.addresses.bitbucket.as_str();
    shared.change(|state| {
        let place = repository(state, &emit.repository)?;
        let mut payload = source(base, state, place).event(Actor::FirstUser);
        for (name, value) in &emit.payload {
            payload[name.as_str()] = value.clone();
        }
        Ok(prepare(state, place, &emit.event, &payload))
    })
}

pub(super) fn repository(state: &State, full_name: &str) -> Result<usize, String> {
    let mut all = state.world.bitbucket.repositories.iter();
    let place = all.position(|one| one.full_name() == full_name);
    place.ok_or_else(|| format!("no repository {full_name}"))
}

pub(super) fn source<'a>(base: &'a str, state: &'a State, place: usize) -> Source<'a> {
    Source {
        base,
        world: &state.world.bitbucket,
        repository: &state.world.bitbucket.repositories[place],
    }
}

pub(super) fn prepare(
    state: &mut State,
    place: usize,
    event: &str,
    payload: &Value,
) -> Vec<Delivery> {
    let world = &state.world.bitbucket;
    let now = state.world.clock.now();
    let mut made = envelope::for_everyone(world, &world.repositories[place], event, payload, now);
    for delivery in &mut made {
        state.last_delivery += 1;
        delivery.id = state.last_delivery;
    }
    state.deliveries.extend(made.iter().cloned());
    if state.deliveries.len() > MAX_DELIVERIES {
        state.deliveries.drain(..MAX_DELIVERIES / 2);
    }
    made
}

/// Sends deliveries one after another and remembers their attempts.
pub(super) async fn send(shared: &Shared, deliveries: Vec<Delivery>) -> Vec<Delivery> {
    let mut sent = Vec::with_capacity(deliveries.len());
    for mut delivery in deliveries {
        let attempts = shared.sender.send(&delivery).await;
        delivery.attempts.extend(attempts);
        shared.change(|state| {
            let known = state
                .deliveries
                .iter_mut()
                .find(|own| own.id == delivery.id);
            match known {
                Some(known) => known.attempts.clone_from(&delivery.attempts),
                None => state.deliveries.push(delivery.clone()),
            }
        });
        sent.push(delivery);
    }
    sent
}

/// A copy of a known delivery, with the same request uuid or a fresh one.
pub(super) fn known(shared: &Shared, id: u64, fresh_uuid: bool) -> Result<Delivery, String> {
    let state = shared.state();
    let mut all = state.deliveries.iter();
    let found = all.find(|own| own.id == id).cloned();
    let found = found.ok_or_else(|| format!("no delivery {id}"))?;
    Ok(match fresh_uuid {
        true => found.with_header("X-Request-UUID", uuid::Uuid::new_v4().to_string()),
        false => found,
    })
}
