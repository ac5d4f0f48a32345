//! What was answered is on disk, whatever happens next.

use std::sync::Arc;

use bitbucket_integration_provider::ports::{Acceptance, Deliveries, JobCounts, Jobs, StoreError};
use futures_util::FutureExt as _;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Row as _};
use tokio::task::JoinSet;

use super::{file, fresh, open, snapshot};
use crate::conformance::fixtures::{LEASE, at, delivery, delivery_id, due, process};

#[tokio::test]
async fn an_accepted_delivery_is_in_the_files_at_once() {
    let store = fresh().await;
    store.accept(&delivery(1), &process(1)).await.unwrap();
    let crashed = snapshot(store.folder.path());

    let reopened = open(crashed.path()).await;
    assert_eq!(
        Deliveries::find(&reopened, delivery_id(1)).await.unwrap(),
        Some(delivery(1))
    );
    let jobs = reopened.claim(at(2), LEASE, 10).await.unwrap();
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0].work, process(1).work);
}

#[tokio::test]
async fn a_store_that_is_dropped_without_closing_keeps_everything() {
    let store = fresh().await;
    store.accept(&delivery(1), &process(1)).await.unwrap();
    let claimed = store.claim(at(2), LEASE, 10).await.unwrap();
    let folder = store.folder;
    drop(store.store);

    let reopened = open(folder.path()).await;
    assert_eq!(
        reopened.accept(&delivery(1), &process(1)).await.unwrap(),
        Acceptance::Duplicate
    );
    reopened
        .complete(claimed[0].lease, at(3), &[])
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_tasks_that_accept_at_once_nothing_is_lost() {
    const EACH: u128 = 25;
    let fresh = Arc::new(fresh().await);
    let mut tasks = JoinSet::new();
    for task in 0..64_u128 {
        let store = Arc::clone(&fresh);
        tasks.spawn(async move {
            for n in task * EACH..(task + 1) * EACH {
                assert_eq!(
                    store.accept(&delivery(n), &process(n)).await.unwrap(),
                    Acceptance::New
                );
                assert!(
                    Deliveries::find(&**store, delivery_id(n))
                        .await
                        .unwrap()
                        .is_some()
                );
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
    assert_eq!(
        fresh.counts().await.unwrap(),
        JobCounts {
            ready: 1600,
            ..JobCounts::default()
        }
    );
}

#[tokio::test]
async fn two_stores_on_one_file_wait_for_each_other() {
    let first = Arc::new(fresh().await);
    let second = Arc::new(open(first.folder.path()).await);
    let mut tasks = JoinSet::new();
    for n in 0..50 {
        let (first, second) = (Arc::clone(&first), Arc::clone(&second));
        tasks.spawn(async move { first.enqueue(&[due(2 * n, 0)]).await.unwrap() });
        tasks.spawn(async move { second.enqueue(&[due(2 * n + 1, 0)]).await.unwrap() });
    }
    assert_eq!(tasks.join_all().await.iter().sum::<usize>(), 100);
    assert_eq!(second.counts().await.unwrap().ready, 100);
}

#[tokio::test]
async fn an_operation_ends_also_when_its_caller_has_gone() {
    let store = fresh().await;
    // One poll hands the operation over; then its future is dropped.
    assert!(store.enqueue(&[due(1, 0)]).now_or_never().is_none());
    store.enqueue(&[due(2, 0)]).await.unwrap();
    assert_eq!(store.counts().await.unwrap().ready, 2);
}

#[tokio::test]
async fn closing_finishes_what_was_asked_for_and_takes_no_more() {
    let store = fresh().await;
    assert!(store.enqueue(&[due(1, 0)]).now_or_never().is_none());
    tokio::join!(store.close(), store.close());

    let refused = store.enqueue(&[due(2, 0)]).await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    let refused = store.counts().await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    let reopened = open(store.folder.path()).await;
    assert_eq!(reopened.counts().await.unwrap().ready, 1);
}

#[tokio::test]
async fn a_write_that_is_tried_reaches_the_files_and_leaves_nothing() {
    let store = fresh().await;
    let log = store.folder.path().join("store.sqlite3-wal");
    let length = || std::fs::metadata(&log).unwrap().len();
    for _ in 0..3 {
        let before = length();
        store.try_write().await.unwrap();
        assert!(length() > before, "nothing was written");
    }
    store.close().await;
    let refused = store.try_write().await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    let file = SqliteConnectOptions::new().filename(file(store.folder.path()));
    let mut file = file.connect().await.unwrap();
    let left = sqlx::query("SELECT count(*) FROM request_counts");
    let left: i64 = left.fetch_one(&mut file).await.unwrap().get(0);
    assert_eq!(left, 0);
}
