//! The configured trackers, made from the configuration.

use std::fmt::Display;
use std::sync::Arc;

use bitbucket_integration_provider::ports::{Clock, IssueTracker, TrackerName};
use bitbucket_trackers::{ConfiguredTrackers, OrganizationSlug, SentryTracker};

use super::StartError;
use super::outgoing::Outgoing;
use super::parts::peer;
use crate::config::{Config, TrackerConfig, TrackerKind};

/// Every configured tracker; calls nobody yet.
pub(super) fn configured(
    config: &Config,
    outgoing: &Outgoing,
    clock: &Arc<dyn Clock>,
) -> Result<ConfiguredTrackers, StartError> {
    let one = |(name, tracker): (&String, &TrackerConfig)| {
        let known_as = TrackerName::parse(name).map_err(|error| refused(name, &error))?;
        Ok((known_as, make(name, tracker, outgoing, clock)?))
    };
    config.trackers.iter().map(one).collect()
}

fn make(
    name: &str,
    config: &TrackerConfig,
    outgoing: &Outgoing,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn IssueTracker>, StartError> {
    let TrackerKind::Sentry = config.kind;
    let base = peer(
        &format!("tracker `{name}` (`url` in [trackers.{name}])"),
        &config.url,
    )?;
    let organization =
        OrganizationSlug::parse(&config.organization).map_err(|error| refused(name, &error))?;
    let token = config
        .token
        .clone()
        .ok_or_else(|| refused(name, &"it has no token"))?;
    let clock = Arc::clone(clock);
    let now = Arc::new(move || clock.now());
    let transport = outgoing.within(config.timeout);
    Ok(Arc::new(SentryTracker::new(
        base,
        organization,
        token,
        transport,
        now,
    )))
}

fn refused(name: &str, reason: &dyn Display) -> StartError {
    StartError::Tracker {
        name: name.to_owned(),
        reason: reason.to_string(),
    }
}
