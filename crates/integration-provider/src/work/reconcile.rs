//! Gaps: commits that came to a branch though no delivery told of them, because it was lost, refused or too large.

use bitbucket_api_paths::{CommitSha, RepoRef};
use bitbucket_http_client::{BitbucketApi, Reference};

use super::WorkError;
use crate::events::{PushChange, RefKind};
use crate::integration::Integration;
use crate::ports::{Installation, TrackedRepository};

/// Most branches of one repository that are compared.
const MOST_BRANCHES: usize = 1000;

/// Stands in the memory of branches once all of them were looked at; no branch has this name.
const LOOKED_AT: &str = "";

impl Integration {
    /// Compares where the branches of a repository stand with where they stood when their commits were read last, and takes in what is
    /// between like a push. The first time it only remembers: what is older than the following of a repository is nobody's news.
    pub(crate) async fn reconcile(
        &self,
        client: &dyn BitbucketApi,
        installation: &Installation,
        repository: &TrackedRepository,
    ) -> Result<(), WorkError> {
        let at = RepoRef::from(repository.uuid.clone());
        let listing = match client.branches(&at, MOST_BRANCHES).await {
            Ok(listing) => listing,
            // Without the right to see branches there is nothing to compare.
            Err(error) if matches!(error.status(), Some(403 | 404)) => return Ok(()),
            Err(error) => return Err(WorkError::Bitbucket(error)),
        };
        let known = self.ports.commits.heads(repository.id).await?;
        let first = !known.contains_key(LOOKED_AT);
        let mut moved: Vec<(String, Option<CommitSha>)> = Vec::new();
        let mut jobs = Vec::new();
        for branch in &listing.values {
            let old = known.get(&branch.name);
            if old == Some(&branch.target) {
                continue;
            }
            moved.push((branch.name.clone(), Some(branch.target.clone())));
            if first {
                continue;
            }
            let change = missed(branch, old);
            tracing::info!(repository.name = %repository.full_name, branch = branch.name, "a branch moved and no delivery told of it");
            jobs.extend(self.take_change(installation, repository, &change).await?);
        }
        let is_there = |name: &String| listing.values.iter().any(|branch| branch.name == *name);
        if listing.complete {
            let gone = known
                .keys()
                .filter(|name| !name.is_empty() && !is_there(name));
            moved.extend(gone.map(|name| (name.clone(), None)));
        }
        if let (true, Some(any)) = (first, listing.values.first()) {
            moved.push((LOOKED_AT.to_owned(), Some(any.target.clone())));
        }
        // What follows is stored before the branches count as read: done twice it is one job, forgotten it would be none.
        self.ports.jobs.enqueue(&jobs).await?;
        self.ports.commits.set_heads(repository.id, &moved).await?;
        Ok(())
    }
}

/// The push that was not told.
fn missed(branch: &Reference, old: Option<&CommitSha>) -> PushChange {
    PushChange {
        kind: RefKind::Branch,
        name: branch.name.clone(),
        old: old.cloned(),
        new: Some(branch.target.clone()),
        forced: false,
        truncated: true,
        commits: Vec::new(),
    }
}
