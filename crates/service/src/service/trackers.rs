//! The configured trackers, made from the configuration.

use std::sync::Arc;

use bitbucket_http_client::Transport;
use bitbucket_integration_provider::ports::{Clock, IssueTracker, TrackerName, Trackers};

use super::StartError;
use crate::config::Config;

pub(super) struct Nobody;

impl Trackers for Nobody {
    fn tracker(&self, _name: &TrackerName) -> Option<Arc<dyn IssueTracker>> {
        None
    }

    fn names(&self) -> Vec<TrackerName> {
        Vec::new()
    }
}

pub(super) fn configured(
    _config: &Config,
    _transport: &Arc<dyn Transport>,
    _clock: &Arc<dyn Clock>,
) -> Result<Nobody, StartError> {
    Ok(Nobody)
}
