//! Several processes on one database, and connections that are lost.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use bitbucket_http_client::policy::{Counted, RequestCounter as _};
use bitbucket_integration_provider::ports::{
    Acceptance, Deliveries, JobCounts, Jobs, NewJob, StoreError,
};
use bitbucket_store::Store;
use futures_util::future::join_all;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _};
use tokio::time::sleep;

use super::{fresh, open};
use crate::conformance::fixtures::{LEASE, assert_lease_lost, at, delivery, due, job_id, process};
use crate::conformance::order::ordered;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replicas_never_share_a_job() {
    let first = fresh().await;
    let others = join_all((0..3).map(|_| open(&first.database))).await;
    let jobs: Vec<NewJob> = (1..=200).map(|n| due(n, 0)).collect();
    first.enqueue(&jobs).await.unwrap();
    let claims = (0..60).map(|n| others[n % 3].claim(at(0), LEASE, 5));
    let claimed: Result<Vec<_>, StoreError> = join_all(claims).await.into_iter().collect();
    let claimed = claimed.unwrap().concat();
    let distinct: HashSet<_> = claimed.iter().map(|job| job.lease.job).collect();
    assert_eq!((claimed.len(), distinct.len()), (200, 200));
}

#[tokio::test]
async fn what_one_replica_lost_another_one_finishes_once() {
    let first = fresh().await;
    let second = open(&first.database).await;
    first.enqueue(&[due(1, 0)]).await.unwrap();
    let lost = first.claim(at(0), LEASE, 1).await.unwrap().remove(0).lease;
    let taken = second
        .claim(at(30), LEASE, 1)
        .await
        .unwrap()
        .remove(0)
        .lease;
    assert_lease_lost(first.complete(lost, at(31), &[due(2, 0)]).await);
    second.complete(taken, at(31), &[]).await.unwrap();
    assert_eq!(
        first.counts().await.unwrap(),
        JobCounts {
            done: 1,
            ..JobCounts::default()
        }
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_delivery_that_every_replica_gets_at_once_is_new_once() {
    let first = fresh().await;
    let others = join_all((0..3).map(|_| open(&first.database))).await;
    for n in 0..20 {
        let (delivery, job) = (delivery(n), process(n));
        let offers = others.iter().map(|store| store.accept(&delivery, &job));
        let outcomes = join_all(offers).await;
        let new = outcomes
            .into_iter()
            .filter(|outcome| matches!(outcome, Ok(Acceptance::New)))
            .count();
        assert_eq!(new, 1);
    }
    assert_eq!(first.counts().await.unwrap().ready, 20);
}

/// While three replicas take deliveries of one repository, all three work on them: one at a time, and none is forgotten.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replicas_work_on_one_order_one_after_the_other() {
    const EACH: u128 = 60;
    let first = fresh().await;
    let others = join_all((0..3).map(|_| open(&first.database))).await;
    let (at_work, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let accept = async |replica: u128, store: &Store| {
        for n in 0..EACH {
            let n = 1000 * replica + n;
            let job = NewJob {
                ordering_key: ordered(1, n, 2).ordering_key,
                ..process(n)
            };
            store.accept(&delivery(n), &job).await.unwrap();
        }
    };
    let work = async |store: &Store| {
        let begun = Instant::now();
        while done.load(SeqCst) < 180 {
            assert!(begun.elapsed() < Duration::from_secs(60), "{done:?} of 180");
            for job in store.claim(at(2), LEASE, 3).await.unwrap() {
                assert_eq!(at_work.fetch_add(1, SeqCst), 0, "two at once");
                sleep(Duration::from_micros(200)).await;
                at_work.fetch_sub(1, SeqCst);
                store.complete(job.lease, at(2), &[]).await.unwrap();
                done.fetch_add(1, SeqCst);
            }
        }
    };
    tokio::join!(
        accept(1, &others[0]),
        accept(2, &others[1]),
        accept(3, &others[2]),
        work(&others[0]),
        work(&others[1]),
        work(&others[2]),
    );
    assert_eq!(first.counts().await.unwrap().done, 180);
}

#[tokio::test]
async fn who_waits_for_nobody_is_let_go() {
    let first = fresh().await;
    let jobs = [ordered(1, 1, 0), ordered(2, 2, 0), ordered(1, 3, 0)];
    first.enqueue(&jobs).await.unwrap();
    assert_eq!(first.claim(at(0), LEASE, 10).await.unwrap().len(), 2);
    assert_eq!(first.claim(at(0), LEASE, 10).await.unwrap().len(), 0);
    assert_eq!(first.release_stranded(10).await.unwrap(), 0);
    // As a program does that knows no order.
    let mut old = PgConnection::connect(&first.database.url()).await.unwrap();
    old.execute(
        "UPDATE jobs SET state = 'done', due_at = NULL, finished_at = 1 WHERE state = 'running'",
    )
    .await
    .unwrap();
    assert_eq!(first.claim(at(0), LEASE, 10).await.unwrap().len(), 0);
    assert_eq!(first.release_stranded(10).await.unwrap(), 1);
    let next = first.claim(at(0), LEASE, 10).await.unwrap();
    assert_eq!(next[0].lease.job, job_id(3));
}

/// They may go beyond the ceiling by what each of the others reserves at a time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replicas_share_an_hour_of_requests() {
    let first = fresh().await;
    let others = join_all((0..3).map(|_| open(&first.database))).await;
    let counts = (0..600).map(|n| others[n % 3].count("acme", at(0), 200));
    let counted = join_all(counts).await;
    let taken = counted
        .iter()
        .filter(|one| **one == Ok(Counted::Taken))
        .count();
    // All of them are spent, for whoever waits takes what another one reserved.
    assert!((200..=208).contains(&taken), "{taken}");
    let after = first.count("acme", at(0), 200).await;
    assert!(matches!(after, Ok(Counted::Full { .. })), "{after:?}");
}

/// Each enqueues the same keys in another order, which is how deadlocks come about; the server breaks one off and it is done again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn jobs_that_are_stored_crosswise_are_all_stored_once() {
    let store = fresh().await;
    for round in 0..10 {
        let forwards: Vec<NewJob> = (0..40).map(|n| due(100 * round + n, 0)).collect();
        // The same work, but whoever asks for it gives it an id of its own.
        let again = |(n, job): (u128, &NewJob)| NewJob {
            id: job_id(1_000_000 + 100 * round + n),
            ..job.clone()
        };
        let backwards: Vec<NewJob> = (0..).zip(forwards.iter().rev()).map(again).collect();
        let (one, other) = tokio::join!(store.enqueue(&forwards), store.enqueue(&backwards));
        assert_eq!(one.unwrap() + other.unwrap(), 40);
    }
    assert_eq!(store.counts().await.unwrap().ready, 400);
}

#[tokio::test]
async fn a_store_whose_connections_were_cut_works_on() {
    let store = fresh().await;
    store.accept(&delivery(1), &process(1)).await.unwrap();
    let mut operator = PgConnection::connect(&store.database.url()).await.unwrap();
    operator
        .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'bitbucket-integration' AND datname = current_database()")
        .await
        .unwrap();
    // Each connection that was cut may fail one call, with an answer that says to try again.
    let mut failed = 0;
    let accepted = loop {
        match store.accept(&delivery(2), &process(2)).await {
            Ok(acceptance) => break acceptance,
            Err(error) => {
                assert!(error.is_retryable(), "{error:?}");
                failed += 1;
                assert!(failed <= 10, "{error:?}");
            }
        }
    };
    assert_eq!(accepted, Acceptance::New);
    assert_eq!(store.counts().await.unwrap().ready, 2);
}

#[tokio::test]
async fn a_closed_store_takes_no_more() {
    let store = fresh().await;
    store.close().await;
    let refused = store.enqueue(&[due(1, 0)]).await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
}

/// As one that was made to follow another one: it can be read.
#[tokio::test]
async fn a_database_that_takes_no_writes_is_found_out_and_then_that_it_does_again() {
    let store = fresh().await;
    store.try_write().await.unwrap();
    let name = store.database.name();
    let mut operator = PgConnection::connect(&store.database.url()).await.unwrap();
    for (read_only, expected) in [("on", "in a read-only transaction"), ("off", "taken")] {
        let set = format!(
            "SET default_transaction_read_only = off; ALTER DATABASE {name} SET default_transaction_read_only = {read_only}"
        );
        operator.execute(AssertSqlSafe(set)).await.unwrap();
        // It holds for sessions that begin from now on.
        let cut = operator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'bitbucket-integration' AND datname = current_database()");
        cut.await.unwrap();
        let mut tries = 0;
        while !outcome(store.try_write().await).contains(expected) {
            tries += 1;
            assert!(tries <= 10, "{:?}", store.try_write().await);
        }
        // It can be read all the same, over a connection that was not cut.
        while let Err(error) = store.next_due().await {
            assert!(error.is_retryable(), "{error:?}");
            tries += 1;
            assert!(tries <= 20, "{error:?}");
        }
    }
    let left = operator.fetch_one("SELECT count(*) FROM request_counts");
    assert_eq!(left.await.unwrap().get::<i64, _>(0), 0);
}

fn outcome(tried: Result<(), StoreError>) -> String {
    let Err(error) = tried else {
        return "taken".to_owned();
    };
    let cause = std::error::Error::source(&error);
    cause.map(ToString::to_string).unwrap_or_default()
}
