//! The control address: what tests, the demo and people drive the simulator with.

mod client;
mod condition;
mod error;
mod lifecycle;
mod operation;
mod relocation;
mod seed;
pub(crate) mod serve;

pub use self::{
    client::Control,
    condition::Condition,
    error::ControlError,
    lifecycle::Lifecycle,
    operation::{Emit, Pushed, Sent},
    seed::Seed,
};
pub use crate::delivery::push::{Actor, NewCommit, Push, RefChange};
