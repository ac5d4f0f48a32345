//! Side by side, in order, and one failure spoils nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, RepoFullName};
use futures_util::future::join;
use tokio::sync::Semaphore;

use super::*;
use crate::error::Evidence;
use crate::model::{ChangeKind, CommitAuthor, CommitListing};

fn rocket() -> RepoRef {
    RepoRef::from(RepoFullName::parse("acme/rocket").unwrap())
}

fn sha(number: usize) -> CommitSha {
    CommitSha::parse(&format!("{number:040x}")).unwrap()
}

fn commit(number: usize) -> Commit {
    let author = CommitAuthor::from_raw("Ada <ada@acme.example>");
    Commit::new(
        sha(number),
        String::new(),
        author,
        jiff::Timestamp::UNIX_EPOCH,
    )
}

fn file_of(commit: &CommitSha) -> FileChange {
    FileChange::new(commit.as_str(), ChangeKind::Added)
}

fn error(cause: ApiErrorCause) -> ApiError {
    ApiError::new(cause, Evidence::new("GET", "/diffstat"))
}

fn all() -> CommitRange {
    CommitRange {
        include: Vec::new(),
        exclude: Vec::new(),
        limit: 1_000,
    }
}

/// Answers a diffstat when the test lets it, with a failure for some commits.
struct Peer {
    commits: usize,
    allowed: Semaphore,
    asked: AtomicUsize,
    running: AtomicUsize,
    most: AtomicUsize,
    failing: Vec<(usize, ApiErrorCause)>,
}

impl Peer {
    fn new(commits: usize, failing: Vec<(usize, ApiErrorCause)>) -> Arc<Self> {
        Arc::new(Self {
            commits,
            allowed: Semaphore::new(0),
            asked: AtomicUsize::new(0),
            running: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            failing,
        })
    }
}

#[async_trait]
impl Commits for Peer {
    async fn commits(&self, _: &RepoRef, _: &CommitRange) -> Result<CommitListing, ApiError> {
        Ok(CommitListing {
            commits: (0..self.commits).map(commit).collect(),
            complete: true,
            ..CommitListing::default()
        })
    }

    async fn changed_files(
        &self,
        _: &RepoRef,
        commit: &CommitSha,
    ) -> Result<Vec<FileChange>, ApiError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(running, Ordering::SeqCst);
        self.allowed.acquire().await.unwrap().forget();
        self.running.fetch_sub(1, Ordering::SeqCst);
        match self
            .failing
            .iter()
            .find(|(number, _)| sha(*number) == *commit)
        {
            Some((_, cause)) => Err(error(cause.clone())),
            None => Ok(vec![file_of(commit)]),
        }
    }
}

async fn run(peer: &Peer, in_flight: usize) -> ChangedCommits {
    peer.allowed.add_permits(peer.commits);
    commits_with_changes(peer, &rocket(), &all(), in_flight)
        .await
        .unwrap()
}

#[tokio::test]
async fn every_commit_has_its_own_files_in_the_listings_order() {
    let peer = Peer::new(100, vec![]);
    let changed = run(&peer, CHANGES_IN_FLIGHT).await;
    assert!(changed.complete);
    let expected: Vec<_> = (0..100)
        .map(|number| ChangedCommit {
            commit: commit(number),
            changes: Ok(vec![file_of(&sha(number))]),
        })
        .collect();
    assert_eq!(changed.commits, expected);
}

#[tokio::test]
async fn no_more_than_allowed_are_asked_at_a_time() {
    let peer = Peer::new(50, vec![]);
    let range = all();
    let repository = rocket();
    let asking = commits_with_changes(&*peer, &repository, &range, 7);
    let letting = async {
        while peer.running.load(Ordering::SeqCst) < 7 {
            tokio::task::yield_now().await;
        }
        peer.allowed.add_permits(50);
    };
    let (changed, ()) = join(asking, letting).await;
    assert_eq!(changed.unwrap().commits.len(), 50);
    assert_eq!(peer.most.load(Ordering::SeqCst), 7);
}

#[tokio::test]
async fn one_failure_stays_with_its_commit() {
    let peer = Peer::new(5, vec![(2, ApiErrorCause::TooCostly)]);
    let changed = run(&peer, 2).await;
    let told: Vec<_> = changed
        .commits
        .iter()
        .map(|commit| commit.changes.is_ok())
        .collect();
    assert_eq!(told, [true, true, false, true, true]);
    assert_eq!(
        changed.commits[2].changes,
        Err(error(ApiErrorCause::TooCostly))
    );
}

#[tokio::test]
async fn a_reached_rate_limit_spares_the_remaining_questions() {
    let limited = ApiErrorCause::RateLimited { retry_after: None };
    let peer = Peer::new(50, vec![(3, limited.clone())]);
    let changed = run(&peer, 1).await;
    assert_eq!(peer.asked.load(Ordering::SeqCst), 4);
    assert!(
        changed.commits[..3]
            .iter()
            .all(|commit| commit.changes.is_ok())
    );
    assert!(
        changed.commits[3..]
            .iter()
            .all(|commit| commit.changes == Err(error(limited.clone())))
    );
}

#[tokio::test]
async fn nothing_in_flight_is_taken_as_one() {
    let peer = Peer::new(3, vec![]);
    assert_eq!(run(&peer, 0).await.commits.len(), 3);
    assert_eq!(peer.most.load(Ordering::SeqCst), 1);
}
