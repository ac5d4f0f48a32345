//! All repositories of a workspace: which are new, gone, back, or named otherwise.

use std::collections::HashMap;

use bitbucket_api_paths::{RepoUuid, Workspace};
use bitbucket_http_client::policy::Priority;
use bitbucket_http_client::{Repository, RepositoryQuery};
use jiff::Timestamp;

use super::search::MOST_REPOSITORIES;
use crate::ids::InstallationId;
use crate::integration::Integration;
use crate::ports::{
    Installation, InstallationState, NewJob, RepositoryState, StoreError, TrackedRepository, Work,
};
use crate::work::WorkError;

impl Integration {
    /// Asks for a look at every connected workspace, once in each interval: whoever asks again in the same one, here or in another
    /// process, asks for nothing new. Says how many looks were asked for.
    ///
    /// # Errors
    /// What the store fails with.
    pub async fn schedule_sync(&self) -> Result<usize, StoreError> {
        let now = self.ports.clock.now();
        let round = round_of(now, self.sync_seconds());
        let all = self.ports.installations.list().await?;
        let active = all
            .iter()
            .filter(|one| one.state == InstallationState::Active);
        let jobs: Vec<NewJob> = active.map(|one| self.sync_job(one, round)).collect();
        if jobs.is_empty() {
            return Ok(0);
        }
        self.ports.jobs.enqueue(&jobs).await
    }

    /// Asks for a look at one workspace now.
    ///
    /// # Errors
    /// What the store fails with.
    pub async fn sync_now(&self, installation: &Installation) -> Result<bool, StoreError> {
        let round = self.ports.clock.now().as_millisecond();
        let job = self.sync_job(installation, round);
        Ok(self.ports.jobs.enqueue(&[job]).await? > 0)
    }

    fn sync_job(&self, installation: &Installation, round: i64) -> NewJob {
        let work = Work::SyncRepositories {
            installation: installation.id,
            round,
        };
        self.job(installation.id, work)
    }

    fn sync_seconds(&self) -> i64 {
        i64::try_from(self.settings.sync.interval.as_secs())
            .unwrap_or(i64::MAX)
            .max(1)
    }

    /// Lists the workspace and follows up: a check for each repository that is followed. One is disabled by its check only, which asks
    /// for it by its UUID: that a list is without it, perhaps because it was cut, says nothing.
    pub(crate) async fn sync_repositories(
        &self,
        installation: InstallationId,
        round: i64,
    ) -> Result<Vec<NewJob>, WorkError> {
        let installation = self.active_installation(installation).await?;
        let client = self.client(&installation, Priority::Background).await?;
        let at = Workspace::from(installation.workspace_uuid.clone());
        let listing = client
            .repositories(&at, &RepositoryQuery::default(), MOST_REPOSITORIES)
            .await;
        let listing = listing.map_err(WorkError::Bitbucket)?;
        let followed = self.ports.repositories.list(installation.id).await?;
        tell(&installation, &followed, &listing.values, listing.complete);
        let check = |repository: &TrackedRepository| {
            let work = Work::CheckRepository {
                repository: repository.id,
                installation: installation.id,
                round,
                rotate: self.is_rotated(repository, round),
            };
            self.job(installation.id, work)
        };
        Ok(followed.iter().map(check).collect())
    }

    /// Whether a repository's secret is renewed in this round: in one of every so many, and not in the same one for all.
    fn is_rotated(&self, repository: &TrackedRepository, round: i64) -> bool {
        let interval = self.sync_seconds();
        let every = i64::try_from(self.settings.sync.rotate_every.as_secs()).unwrap_or(i64::MAX);
        let rounds = every / interval;
        if rounds < 1 || round % interval != 0 {
            return false;
        }
        let bytes = repository.id.as_uuid().as_bytes();
        let own = bytes.iter().rev().take(4);
        let place = own.fold(0_i64, |place, byte| place << 8 | i64::from(*byte));
        (round / interval) % rounds == place % rounds
    }
}

/// The beginning of an interval, in seconds since 1970.
fn round_of(now: Timestamp, interval: i64) -> i64 {
    now.as_second()
        .div_euclid(interval)
        .saturating_mul(interval)
}

fn tell(
    installation: &Installation,
    followed: &[TrackedRepository],
    shown: &[Repository],
    complete: bool,
) {
    let known: HashMap<&RepoUuid, &TrackedRepository> =
        followed.iter().map(|one| (&one.uuid, one)).collect();
    let new = shown.iter().filter(|one| !known.contains_key(&one.uuid));
    let missing = followed
        .iter()
        .filter(|one| !shown.iter().any(|shown| shown.uuid == one.uuid));
    let back = shown.iter().filter(|one| {
        known
            .get(&one.uuid)
            .is_some_and(|known| known.state == RepositoryState::Disabled)
    });
    tracing::info!(
        workspace = %installation.workspace,
        repositories.shown = shown.len(),
        repositories.complete = complete,
        repositories.followed = followed.len(),
        repositories.new = new.count(),
        repositories.missing = missing.count(),
        repositories.back = back.count(),
        "the repositories of a workspace were compared"
    );
}
