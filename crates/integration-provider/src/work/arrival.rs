//! What is done the moment it arrives: a push about which nobody need be asked and nothing else be changed.
//!
//! That is nearly every push. Its delivery, its commits and the jobs that follow become durable together, with one write instead of three
//! and without a claim. Everything else is left to a job, which can wait, be tried again and be given up.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;

use super::WorkError;
use super::push::sent_commits;
use crate::events::{self, EventKey, Push, RefKind};
use crate::ids::RepositoryId;
use crate::integration::Integration;
use crate::ports::{Delivery, Learned, NewJob, TrackedRepository};

/// What comes of a push.
#[derive(Debug)]
pub(crate) struct Settlement {
    pub(crate) learned: Learned,
    pub(crate) follow_ups: Vec<NewJob>,
}

impl Settlement {
    /// Of a repository about which nothing was told yet.
    pub(super) const fn of(repository: RepositoryId) -> Self {
        Self {
            learned: Learned {
                repository,
                commits: Vec::new(),
                heads: Vec::new(),
            },
            follow_ups: Vec::new(),
        }
    }
}

impl Integration {
    /// What comes of a delivery with this payload, if reading the store is enough to know it. Its installation is in use, as its proof was
    /// verified just now. Whatever stands in the way is met again by the job, and told there.
    pub(crate) async fn settled_on_arrival(
        &self,
        delivery: &Delivery,
        payload: &[u8],
    ) -> Option<Settlement> {
        if EventKey::parse(&delivery.event_key) != Some(EventKey::RepoPush) {
            return None;
        }
        // A push that breaks its work off must not be lost with it.
        let settled = AssertUnwindSafe(self.push_on_arrival(delivery, payload)).catch_unwind();
        match settled.await {
            Ok(Ok(settled)) => settled,
            Ok(Err(error)) => {
                tracing::debug!(delivery.id = %delivery.id, error.code = error.failure().code, "a push is left to its job");
                None
            }
            Err(_) => {
                tracing::error!(delivery.id = %delivery.id, error.code = "panicked", "work on a push broke off; it is left to its job");
                None
            }
        }
    }

    async fn push_on_arrival(
        &self,
        delivery: &Delivery,
        payload: &[u8],
    ) -> Result<Option<Settlement>, WorkError> {
        let push = events::push_of(payload).map_err(WorkError::Event)?;
        let Some(repository) = self.repository_of(delivery, &push.repository).await? else {
            return Ok(None);
        };
        if !self.needs_the_store_alone(&repository, &push) {
            return Ok(None);
        }
        let mut settlement = Settlement::of(repository.id);
        for change in push.changes {
            let commits = sent_commits(&change);
            self.settle_change(&mut settlement, &repository, change, commits)
                .await?;
        }
        Ok(Some(settlement))
    }

    /// Whether all commits are there, the repository is known by its name, and no tag opens a release.
    fn needs_the_store_alone(&self, repository: &TrackedRepository, push: &Push) -> bool {
        let renamed = super::delivery::renamed(repository, &push.repository);
        let settings = &self.settings.releases;
        !renamed
            && push.changes.iter().all(|change| match change.kind {
                RefKind::Branch => !change.truncated || change.new.is_none(),
                RefKind::Tag => {
                    let version = settings.version_of(&repository.full_name, &change.name);
                    version.is_none() || change.new.is_none()
                }
                RefKind::Other => true,
            })
    }
}
