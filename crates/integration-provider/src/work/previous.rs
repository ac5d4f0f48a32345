//! Which release is the one before: by the order of commits, not by dates alone.

use std::collections::{HashMap, HashSet};

use bitbucket_api_paths::{CommitSha, RepoRef, Revision};
use bitbucket_http_client::{BitbucketApi, Commit, CommitRange};

use super::WorkError;
use super::release_part::MAX_RELEASE_COMMITS;
use crate::integration::Integration;
use crate::ports::{Release, TrackedRepository};

/// How many earlier releases may be the one before.
const CANDIDATES: usize = 20;

impl Integration {
    /// Where the release begins, if nobody said: at the earlier release that leaves the fewest commits to it. So a release from an older
    /// line of work begins at the release of that line, though another one was made since. With an environment it begins at what was deployed
    /// there last, which after a rollback is the older one.
    pub(super) async fn choose_previous(
        &self,
        client: &dyn BitbucketApi,
        repository: &TrackedRepository,
        release: &mut Release,
    ) -> Result<(), WorkError> {
        if release.previous.is_some() {
            return Ok(());
        }
        let earlier = self.ports.releases.earlier(release, CANDIDATES).await?;
        let mut candidates: Vec<CommitSha> = Vec::new();
        for earlier in earlier {
            if !candidates.contains(&earlier.commit) {
                candidates.push(earlier.commit);
            }
        }
        let same = match release.environment {
            Some(_) => candidates.first() == Some(&release.commit),
            None => candidates.contains(&release.commit),
        };
        release.previous = if same {
            Some(release.commit.clone())
        } else if candidates.len() > 1 && release.environment.is_some() {
            deployed_last(client, repository, &release.commit, candidates).await?
        } else if candidates.len() > 1 {
            nearest(client, repository, &release.commit, &candidates).await?
        } else {
            candidates.pop()
        };
        Ok(())
    }
}

/// The first candidate that Bitbucket still has.
async fn deployed_last(
    client: &dyn BitbucketApi,
    repository: &TrackedRepository,
    commit: &CommitSha,
    candidates: Vec<CommitSha>,
) -> Result<Option<CommitSha>, WorkError> {
    let newest = candidates.first().cloned();
    let at = RepoRef::from(repository.uuid.clone());
    for candidate in candidates {
        let range = CommitRange {
            include: vec![Revision::from(commit.clone())],
            exclude: vec![Revision::from(candidate.clone())],
            limit: 1,
        };
        match client.commits(&at, &range).await {
            Ok(_) => return Ok(Some(candidate)),
            Err(error) if error.status() == Some(404) => {}
            Err(error) => return Err(WorkError::Bitbucket(error)),
        }
    }
    Ok(newest)
}

/// The candidate, of those given newest first, that is the nearest ancestor of a commit; the newest when none is an ancestor.
async fn nearest(
    client: &dyn BitbucketApi,
    repository: &TrackedRepository,
    commit: &CommitSha,
    candidates: &[CommitSha],
) -> Result<Option<CommitSha>, WorkError> {
    let newest = candidates.first().cloned();
    let at = RepoRef::from(repository.uuid.clone());
    for known in (1..=candidates.len()).rev() {
        let Some((oldest, younger)) = candidates.get(..known).and_then(<[_]>::split_last) else {
            break;
        };
        let range = CommitRange {
            include: vec![Revision::from(commit.clone())],
            exclude: vec![Revision::from(oldest.clone())],
            limit: MAX_RELEASE_COMMITS,
        };
        match client.commits(&at, &range).await {
            Ok(listing) => {
                let found = nearest_in(&listing.commits, oldest, younger);
                return Ok(found.or(newest));
            }
            // A commit that history was rewritten without is forgotten after a while: the next older one is left.
            Err(error) if error.status() == Some(404) => {}
            Err(error) => return Err(WorkError::Bitbucket(error)),
        }
    }
    Ok(newest)
}

/// The nearest of these ancestors of the first commit, whose history down to `oldest` is given.
fn nearest_in(history: &[Commit], oldest: &CommitSha, younger: &[CommitSha]) -> Option<CommitSha> {
    let parents: HashMap<&CommitSha, &[CommitSha]> = history
        .iter()
        .map(|commit| (&commit.sha, commit.parents.as_slice()))
        .collect();
    let mut best: Option<(usize, &CommitSha)> = None;
    for candidate in younger.iter().filter(|sha| parents.contains_key(sha)) {
        let reach = reachable(&parents, candidate);
        // Of two that reach as far the one that was released last stays.
        if best.is_none_or(|(most, _)| reach > most) {
            best = Some((reach, candidate));
        }
    }
    let on_oldest = || history.iter().any(|commit| commit.parents.contains(oldest));
    best.map(|(_, sha)| sha.clone())
        .or_else(|| on_oldest().then(|| oldest.clone()))
}

/// How many of the known commits are in the history of one.
fn reachable(parents: &HashMap<&CommitSha, &[CommitSha]>, from: &CommitSha) -> usize {
    let mut seen: HashSet<&CommitSha> = HashSet::new();
    let mut next: Vec<&CommitSha> = Vec::new();
    next.extend(parents.get_key_value(from).map(|(sha, _)| *sha));
    while let Some(sha) = next.pop() {
        if !seen.insert(sha) {
            continue;
        }
        let above = parents.get(sha).copied().unwrap_or_default();
        next.extend(
            above
                .iter()
                .filter_map(|parent| parents.get_key_value(parent).map(|(sha, _)| *sha)),
        );
    }
    seen.len()
}
