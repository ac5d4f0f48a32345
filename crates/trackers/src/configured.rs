//! The trackers of one program by the names they are configured under.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bitbucket_integration_provider::ports::{IssueTracker, TrackerName, Trackers};

/// A fixed set of trackers. Built once, at start.
#[derive(Clone, Default)]
pub struct ConfiguredTrackers {
    by_name: BTreeMap<TrackerName, Arc<dyn IssueTracker>>,
}

impl ConfiguredTrackers {
    /// No trackers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more tracker. One of the same name is replaced.
    #[must_use]
    pub fn with(mut self, name: TrackerName, tracker: Arc<dyn IssueTracker>) -> Self {
        self.by_name.insert(name, tracker);
        self
    }
}

impl Trackers for ConfiguredTrackers {
    fn tracker(&self, name: &TrackerName) -> Option<Arc<dyn IssueTracker>> {
        self.by_name.get(name).map(Arc::clone)
    }

    fn names(&self) -> Vec<TrackerName> {
        self.by_name.keys().cloned().collect()
    }
}

impl FromIterator<(TrackerName, Arc<dyn IssueTracker>)> for ConfiguredTrackers {
    fn from_iter<I: IntoIterator<Item = (TrackerName, Arc<dyn IssueTracker>)>>(
        trackers: I,
    ) -> Self {
        Self {
            by_name: trackers.into_iter().collect(),
        }
    }
}

impl fmt::Debug for ConfiguredTrackers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.by_name.keys()).finish()
    }
}
