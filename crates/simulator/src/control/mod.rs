//! The control address: what tests, the demo and people drive the simulator with.
//!
//! [`Control`] is its typed client; from a shell the same is JSON over HTTP, without credentials:
//!
//! | call | body | answer |
//! |---|---|---|
//! | `GET /` | | the three addresses |
//! | `GET /world`, `PUT /world` | a [`World`](crate::World) | a [`World`](crate::World) |
//! | `POST /seed` | a list of [`Seed`] | |
//! | `POST /push` | a [`Push`], and `hold` to keep the deliveries back | [`Pushed`] |
//! | `POST /emit` | an [`Emit`], and `hold` | [`Sent`] |
//! | `POST /relocate` | `{"rename": {"repository", "slug"}}` or `{"transfer": {"repository", "workspace"}}` | [`Sent`] |
//! | `POST /lifecycle` | a [`Lifecycle`], and `hold` | a [`Delivery`](crate::Delivery) |
//! | `POST /deliver` | a [`Delivery`](crate::Delivery), sent as it is | the same with its attempts |
//! | `POST /redeliver` | `{"id", "fresh_uuid"}` | a [`Delivery`](crate::Delivery) |
//! | `GET /deliveries` | | all that pushes and events made |
//! | `GET /records`, `DELETE /records` | | a list of [`Record`](crate::Record) |
//! | `GET /faults`, `POST /faults`, `DELETE /faults` | a [`Fault`](crate::Fault) | a list of [`Fault`](crate::Fault) |
//! | `GET /issues/{short id}`, `GET /releases/{version}` | | state of the tracker |
//! | `GET /repositories/{workspace}/{slug}`, `GET /hooks/{workspace}/{slug}` | | state of Bitbucket |
//! | `GET /clock`, `PUT /clock` | a [`Clock`](crate::Clock) | the time |
//! | `POST /clock/advance` | `{"seconds"}` | |
//! | `POST /wait` | `{"condition": `[`Condition`]`, "timeout_ms"}` | 408 if it did not come true |
//!
//! What cannot be done is answered 4xx with `{"error": "what is wrong"}`.

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
