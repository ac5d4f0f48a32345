//! Counts what becomes of deliveries, since nothing is stored of those that are refused.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use bitbucket_integration_provider::Received;

use crate::wire::DeliveryCountsView;

/// Counters since the start of the process.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    accepted: u64,
    duplicate: u64,
    ignored: u64,
    unknown: u64,
    refused: BTreeMap<&'static str, u64>,
}

impl Counters {
    pub(crate) fn received(&self, received: Received) {
        self.with(|counts| match received {
            Received::Accepted(_) | Received::Completed { .. } => counts.accepted += 1,
            Received::Duplicate => counts.duplicate += 1,
            Received::Ignored => counts.ignored += 1,
            Received::Unknown => counts.unknown += 1,
        });
    }

    pub(crate) fn refused(&self, code: &'static str) {
        self.with(|counts| *counts.refused.entry(code).or_default() += 1);
    }

    pub(crate) fn view(&self) -> DeliveryCountsView {
        self.with(|counts| DeliveryCountsView {
            accepted: counts.accepted,
            duplicate: counts.duplicate,
            ignored: counts.ignored,
            unknown: counts.unknown,
            refused: counts
                .refused
                .iter()
                .map(|(code, count)| ((*code).to_owned(), *count))
                .collect(),
        })
    }

    /// A panic while counting can't leave a count half-written.
    fn with<T>(&self, count: impl FnOnce(&mut Counts) -> T) -> T {
        count(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
