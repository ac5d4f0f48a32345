#![doc = include_str!("../README.md")]

mod bitbucket;
mod clock;
pub mod control;
mod crypto;
mod delivery;
mod sentry;
mod simulator;
mod state;
mod wire;
pub mod world;

/// The default world's literal values.
pub mod acme {
    pub use crate::world::acme::{
        ACCESS_TOKEN, ADA, ADA_UUID, API_EMAIL, API_TOKEN, CONNECT_APP_KEY, CONNECT_CLIENT_KEY,
        CONNECT_SHARED_SECRET, EMPTY_REPOSITORY, HISTORY, ISSUES, OAUTH_CALLBACK, OAUTH_KEY,
        OAUTH_SECRET, REPOSITORY, REPOSITORY_UUID, SENTRY_ORGANIZATION, SENTRY_PROJECT,
        SENTRY_TOKEN, STRANGER, WORKSPACE, WORKSPACE_UUID,
    };
}

pub use self::{
    clock::Clock,
    control::Control,
    delivery::{Attempt, Delivery},
    simulator::{Simulator, SimulatorConfig, StartError},
    wire::{
        Half,
        fault::{Effect, Fault, FaultBody},
        record::{MASK, Record},
    },
    world::{World, sha},
};
