#![doc = include_str!("../README.md")]

mod api;
pub mod cli;
mod clock;
pub mod config;
mod connector;
#[cfg(feature = "demo")]
mod demo;
mod hints;
mod keeping;
mod logging;
mod metrics;
mod retention;
mod schedule;
mod server;
mod service;
mod telemetry;
mod telling;
#[cfg(test)]
mod testing;
pub mod wire;
mod workers;

pub use bitbucket_integration_provider::ports::{Clock, Entropy};
pub use clock::{SystemClock, SystemEntropy};
pub use config::Config;
pub use connector::HttpConnector;
pub use keeping::{API_KEY_FILE, KeepingError, STORAGE_KEY_FILE};
pub use service::{Deps, RunningService, Service, StartError};

/// The version of this program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
