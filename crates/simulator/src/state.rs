//! Everything the simulator holds, behind one mutex, and a signal that something changed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::{
    delivery::{Delivery, client::Sender},
    wire::{Half, fault::Fault, record::Record},
    world::World,
};

/// World, records, faults and deliveries.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) records: Vec<Record>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) last_sequence: u64,
    pub(crate) last_delivery: u64,
}

impl State {
    pub(crate) fn record_mut(&mut self, sequence: u64) -> Option<&mut Record> {
        let place = self
            .records
            .binary_search_by_key(&sequence, |record| record.sequence);
        place.ok().map(|place| &mut self.records[place])
    }
}

/// Where the three listeners can be reached, without trailing slashes.
#[derive(Debug, Clone)]
pub(crate) struct Addresses {
    pub(crate) bitbucket: String,
    pub(crate) sentry: String,
    pub(crate) control: String,
}

/// What every connection shares.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
    pub(crate) addresses: Addresses,
    pub(crate) sender: Sender,
}

impl Shared {
    pub(crate) fn new(world: World, addresses: Addresses, sender: Sender) -> Self {
        let state = State {
            world,
            ..State::default()
        };
        Self {
            state: Mutex::new(state),
            changed: watch::Sender::new(0),
            addresses,
            sender,
        }
    }

    /// Reads the state.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes whoever waits for a change.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.state());
        self.changed.send_modify(|count| *count += 1);
        result
    }

    /// A receiver that sees every change from now on.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Address of a half, without a trailing slash.
    pub(crate) fn base(&self, half: Half) -> &str {
        match half {
            Half::Bitbucket => &self.addresses.bitbucket,
            Half::Sentry => &self.addresses.sentry,
        }
    }
}
