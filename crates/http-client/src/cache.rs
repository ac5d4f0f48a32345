//! Remembering what never changes: the files that a commit changed belong to its hash for good.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, RepoRef};

use crate::model::FileChange;

/// Keeps the files that commits changed, so that they are asked for once.
///
/// Only answers for full hashes are kept. A cache answers whoever asks: give every credential its own, or one that
/// knows what the credential may see. Its own failures are its own affair; it then has nothing.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ChangedFilesCache: Send + Sync {
    /// What was kept for this commit.
    async fn changed_files(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
    ) -> Option<Vec<FileChange>>;

    /// Keeps all files that this commit changed.
    async fn keep_changed_files(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        changes: &[FileChange],
    );
}

/// A [`ChangedFilesCache`] in memory, which forgets the oldest commits first.
pub struct MemoryChangedFiles {
    commits: usize,
    kept: Mutex<Kept>,
}

type Key = (RepoRef, CommitSha);

#[derive(Default)]
struct Kept {
    changes: HashMap<Key, Vec<FileChange>>,
    order: VecDeque<Key>,
}

impl MemoryChangedFiles {
    /// Keeps at most `commits` commits.
    #[must_use]
    pub fn new(commits: usize) -> Self {
        Self {
            commits,
            kept: Mutex::default(),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ChangedFilesCache for MemoryChangedFiles {
    async fn changed_files(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
    ) -> Option<Vec<FileChange>> {
        self.kept()
            .changes
            .get(&(repository.clone(), commit.clone()))
            .cloned()
    }

    async fn keep_changed_files(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        changes: &[FileChange],
    ) {
        let key = (repository.clone(), commit.clone());
        let mut kept = self.kept();
        if kept.changes.insert(key.clone(), changes.to_vec()).is_none() {
            kept.order.push_back(key);
        }
        if kept.order.len() > self.commits
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.changes.remove(&oldest);
        }
    }
}

impl fmt::Debug for MemoryChangedFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryChangedFiles")
            .field("commits", &self.commits)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    //! What is kept, and what is forgotten first.

    use bitbucket_api_paths::RepoFullName;

    use super::*;
    use crate::model::ChangeKind;

    #[tokio::test]
    async fn the_oldest_commit_is_forgotten_first() {
        let repository = RepoRef::from(RepoFullName::parse("acme/rocket").unwrap());
        let shas = [1, 2, 3].map(|number| CommitSha::parse(&format!("{number:040x}")).unwrap());
        let cache = MemoryChangedFiles::new(2);
        for sha in &shas {
            let changes = [FileChange::new(sha.as_str(), ChangeKind::Added)];
            cache.keep_changed_files(&repository, sha, &changes).await;
            cache.keep_changed_files(&repository, sha, &changes).await;
        }
        assert_eq!(cache.changed_files(&repository, &shas[0]).await, None);
        let newest = FileChange::new(shas[2].as_str(), ChangeKind::Added);
        assert_eq!(
            cache.changed_files(&repository, &shas[2]).await,
            Some(vec![newest])
        );
        assert!(cache.changed_files(&repository, &shas[1]).await.is_some());
    }
}
