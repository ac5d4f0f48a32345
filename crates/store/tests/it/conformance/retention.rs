//! Forgetting what is old.

use bitbucket_integration_provider::ports::{JobState, Page};

use super::Ports;
use super::fixtures::{at, claim_one, claimed, delivery, due, failure, process};

pub(crate) async fn old_deliveries_are_forgotten_a_few_at_a_time(store: Ports<'_>) {
    for n in 1..=5 {
        let mut one = delivery(n);
        one.received_at = at(i64::try_from(n).unwrap());
        store.deliveries.accept(&one, &process(n)).await.unwrap();
    }
    let retention = store.retention;
    assert_eq!(retention.forget_deliveries(at(4), 2).await.unwrap(), 2);
    assert_eq!(retention.forget_deliveries(at(4), 2).await.unwrap(), 1);
    assert_eq!(retention.forget_deliveries(at(4), 2).await.unwrap(), 0);
    let left = store.listings.deliveries(Page::first(10)).await.unwrap();
    let left: Vec<_> = left.entries.into_iter().map(|one| one.id).collect();
    assert_eq!(left, [delivery(5).id, delivery(4).id]);
}

pub(crate) async fn only_jobs_that_ended_long_ago_are_forgotten(store: Ports<'_>) {
    for n in 1..=3 {
        let job = claimed(store, n, 0).await;
        let end = at(i64::try_from(n).unwrap());
        store.jobs.complete(job.lease, end, &[]).await.unwrap();
    }
    let dead = claimed(store, 4, 0).await;
    store
        .jobs
        .bury(dead.lease, at(1), &failure("x"))
        .await
        .unwrap();
    store.jobs.enqueue(&[due(5, 0), due(6, 900)]).await.unwrap();
    let running = claim_one(store, 1).await;
    let retention = store.retention;
    assert_eq!(retention.forget_done_jobs(at(3), 1).await.unwrap(), 1);
    assert_eq!(retention.forget_done_jobs(at(3), 9).await.unwrap(), 1);
    assert_eq!(retention.forget_done_jobs(at(3), 9).await.unwrap(), 0);
    assert_eq!(retention.forget_dead_jobs(at(1), 9).await.unwrap(), 0);
    assert_eq!(retention.forget_dead_jobs(at(2), 9).await.unwrap(), 1);
    let counts = store.jobs.counts().await.unwrap();
    assert_eq!(
        (counts.done, counts.dead, counts.ready, counts.running),
        (1, 0, 1, 1)
    );
    store
        .jobs
        .complete(running.lease, at(2), &[])
        .await
        .unwrap();
    let dead = store.jobs.list(Some(JobState::Dead), 10).await.unwrap();
    assert!(dead.is_empty(), "{dead:?}");
}
