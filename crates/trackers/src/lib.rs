#![doc = include_str!("../README.md")]

mod configured;
mod sentry;

pub use configured::ConfiguredTrackers;
pub use sentry::limits::{VersionError, check_version};
pub use sentry::{InvalidOrganization, OrganizationSlug, SentryTracker};
