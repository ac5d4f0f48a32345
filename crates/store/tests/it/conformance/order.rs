//! Jobs with the same ordering key: one after the other, as they were stored.

use bitbucket_integration_provider::ports::{Delivery, Job, Learned, NewJob, OrderingKey, Place};
use futures_util::future::join_all;

use super::Ports;
use super::fixtures::{
    LEASE, assert_lease_lost, at, delivery, due, failure, installation_id, job_id, process,
    repository_id,
};

/// A job in the order with this number.
pub(crate) fn ordered(order: u128, n: u128, second: i64) -> NewJob {
    NewJob {
        ordering_key: Some(OrderingKey::deliveries_of(repository_id(order))),
        ..due(n, second)
    }
}

async fn claim(store: Ports<'_>, second: i64) -> Vec<Job> {
    store.jobs.claim(at(second), LEASE, 10).await.unwrap()
}

/// The numbers of jobs.
fn numbers(jobs: &[Job]) -> Vec<u128> {
    let number = |job: &Job| job.lease.job.as_uuid().as_u128() & 0xffff_ffff;
    jobs.iter().map(number).collect()
}

async fn complete(store: Ports<'_>, job: &Job, second: i64) {
    let done = store.jobs.complete(job.lease, at(second), &[]);
    done.await.unwrap();
}

/// Puts a job back until second 60.
async fn put_back(store: Ports<'_>, job: &Job, place: Place) {
    let reason = failure("busy");
    let back = store.jobs.retry(job.lease, at(60), place, &reason);
    back.await.unwrap();
}

pub(crate) async fn jobs_of_one_order_are_claimed_one_after_the_other(store: Ports<'_>) {
    let jobs = [
        ordered(1, 1, 0),
        ordered(1, 2, 0),
        ordered(2, 3, 0),
        due(4, 0),
        ordered(1, 5, 0),
    ];
    assert_eq!(store.jobs.enqueue(&jobs).await.unwrap(), 5);
    let first = claim(store, 0).await;
    assert_eq!(numbers(&first), [1, 3, 4]);
    assert_eq!(numbers(&claim(store, 1).await), []);
    assert_eq!(store.jobs.counts().await.unwrap().ready, 2);
    assert_eq!(
        store.jobs.next_due().await.unwrap(),
        Some(at(30)),
        "who waits for another one is not due"
    );
    complete(store, &first[0], 1).await;
    assert_eq!(store.jobs.next_due().await.unwrap(), Some(at(0)));
    let second = claim(store, 1).await;
    assert_eq!(numbers(&second), [2]);
    complete(store, &second[0], 2).await;
    let third = claim(store, 2).await;
    assert_eq!(numbers(&third), [5]);
    complete(store, &third[0], 3).await;
    // Nobody is left in the order: the next one need not wait.
    store.jobs.enqueue(&[ordered(1, 6, 3)]).await.unwrap();
    assert_eq!(numbers(&claim(store, 3).await), [6]);
}

pub(crate) async fn who_comes_next_waits_while_the_first_is_put_back(store: Ports<'_>) {
    let jobs = [ordered(1, 1, 0), ordered(1, 2, 0)];
    store.jobs.enqueue(&jobs).await.unwrap();
    let first = claim(store, 0).await.remove(0);
    put_back(store, &first, Place::Kept).await;
    store.jobs.enqueue(&[ordered(1, 3, 0)]).await.unwrap();
    assert_eq!(numbers(&claim(store, 59).await), []);
    assert_eq!(store.jobs.next_due().await.unwrap(), Some(at(60)));
    let again = claim(store, 60).await;
    assert_eq!((numbers(&again), again[0].attempt), (vec![1], 2));
    complete(store, &again[0], 61).await;
    assert_eq!(numbers(&claim(store, 61).await), [2]);
}

pub(crate) async fn who_left_the_order_holds_nobody_up(store: Ports<'_>) {
    let jobs = [ordered(1, 1, 0), ordered(1, 2, 0), ordered(1, 3, 0)];
    store.jobs.enqueue(&jobs).await.unwrap();
    let first = claim(store, 0).await.remove(0);
    put_back(store, &first, Place::Left).await;
    let second = claim(store, 50).await;
    assert_eq!(numbers(&second), [2]);
    // It comes back in its time, beside whoever is first then.
    let again = claim(store, 60).await;
    assert_eq!(numbers(&again), [1]);
    complete(store, &again[0], 61).await;
    assert_eq!(numbers(&claim(store, 61).await), []);
    complete(store, &second[0], 62).await;
    assert_eq!(numbers(&claim(store, 62).await), [3]);
}

pub(crate) async fn a_job_that_was_given_up_lets_the_next_one_go(store: Ports<'_>) {
    let jobs = [ordered(1, 1, 0), ordered(1, 2, 0), ordered(1, 3, 0)];
    store.jobs.enqueue(&jobs).await.unwrap();
    let first = claim(store, 0).await.remove(0);
    let reason = failure("broken");
    let buried = store.jobs.bury(first.lease, at(1), &reason);
    buried.await.unwrap();
    let second = claim(store, 1).await;
    assert_eq!(numbers(&second), [2]);
    // Replayed, it is on its own: neither does it wait, nor does anybody wait for it.
    assert!(store.jobs.replay(job_id(1), at(2)).await.unwrap());
    let replayed = claim(store, 2).await;
    assert_eq!(numbers(&replayed), [1]);
    complete(store, &replayed[0], 3).await;
    assert_eq!(numbers(&claim(store, 3).await), []);
    complete(store, &second[0], 4).await;
    assert_eq!(numbers(&claim(store, 4).await), [3]);
}

pub(crate) async fn a_lease_that_ended_is_not_the_end_of_a_job(store: Ports<'_>) {
    let jobs = [ordered(1, 1, 0), ordered(1, 2, 0)];
    store.jobs.enqueue(&jobs).await.unwrap();
    claim(store, 0).await;
    let again = claim(store, 30).await;
    assert_eq!((numbers(&again), again[0].attempt), (vec![1], 2));
    complete(store, &again[0], 31).await;
    assert_eq!(numbers(&claim(store, 31).await), [2]);
}

pub(crate) async fn who_lost_the_lease_lets_nobody_go(store: Ports<'_>) {
    let jobs = [ordered(1, 1, 0), ordered(1, 2, 0)];
    store.jobs.enqueue(&jobs).await.unwrap();
    let stale = claim(store, 0).await.remove(0).lease;
    claim(store, 30).await;
    let reason = failure("late");
    assert_lease_lost(store.jobs.complete(stale, at(31), &[]).await);
    assert_lease_lost(store.jobs.bury(stale, at(31), &reason).await);
    let left = store.jobs.retry(stale, at(31), Place::Left, &reason);
    assert_lease_lost(left.await);
    assert_eq!(numbers(&claim(store, 31).await), []);
}

pub(crate) async fn follow_ups_keep_their_order(store: Ports<'_>) {
    store.jobs.enqueue(&[due(1, 0), due(2, 0)]).await.unwrap();
    let both = claim(store, 0).await;
    let follow_ups = [ordered(7, 3, 1), ordered(8, 4, 1), ordered(7, 5, 1)];
    let done = store.jobs.complete(both[0].lease, at(1), &follow_ups);
    done.await.unwrap();
    let learned = Learned {
        repository: repository_id(1),
        commits: Vec::new(),
        heads: Vec::new(),
    };
    let push = [ordered(7, 6, 1), ordered(7, 7, 1)];
    let pushed = store
        .jobs
        .complete_push(both[1].lease, at(1), &learned, &push);
    pushed.await.unwrap();
    let mut seen = Vec::new();
    for second in 2.. {
        let claimed = claim(store, second).await;
        if claimed.is_empty() {
            break;
        }
        let of_seven = numbers(&claimed).into_iter().filter(|n| *n != 4);
        assert_eq!(of_seven.clone().count(), 1, "one at a time");
        seen.extend(of_seven);
        for job in &claimed {
            complete(store, job, second).await;
        }
    }
    assert_eq!(seen, [3, 5, 6, 7]);
}

pub(crate) async fn a_long_order_leaves_room_for_others(store: Ports<'_>) {
    let long: Vec<NewJob> = (0..3000).map(|n| ordered(1, n, 0)).collect();
    store.jobs.enqueue(&long).await.unwrap();
    let other = NewJob {
        installation: installation_id(2),
        ..due(5001, 7)
    };
    let others = [ordered(2, 5000, 5), due(5002, 8), other];
    store.jobs.enqueue(&others).await.unwrap();
    let claimed = claim(store, 9).await;
    assert_eq!(numbers(&claimed), [0, 5000, 5001, 5002]);
    complete(store, &claimed[0], 9).await;
    assert_eq!(numbers(&claim(store, 9).await), [1]);
}

pub(crate) async fn deliveries_are_worked_on_as_they_came(store: Ports<'_>) {
    for n in 1..=3 {
        let job = NewJob {
            ordering_key: Some(OrderingKey::deliveries_of(repository_id(1))),
            ..process(n)
        };
        let delivery = delivery(n);
        store.deliveries.accept(&delivery, &job).await.unwrap();
    }
    for n in 1..=3 {
        let claimed = claim(store, 2).await;
        assert_eq!(numbers(&claimed), [n]);
        complete(store, &claimed[0], 2).await;
    }
}

/// Deliveries come while others are worked on: never two at once, none is forgotten, and each comes after those that were accepted
/// before it was sent.
pub(crate) async fn an_order_that_grows_while_it_is_worked_on_is_kept(store: Ports<'_>) {
    const ROUNDS: u128 = 40;
    const AT_ONCE: u128 = 5;
    let accept = async {
        for round in 0..ROUNDS {
            let offers = (0..AT_ONCE).map(|one| async move {
                let n = round * AT_ONCE + one;
                let delivery = Delivery {
                    dedupe_key: format!("{n}"),
                    ..delivery(n)
                };
                let job = NewJob {
                    ordering_key: Some(OrderingKey::deliveries_of(repository_id(1))),
                    ..process(n)
                };
                store.deliveries.accept(&delivery, &job).await.unwrap();
            });
            join_all(offers).await;
        }
    };
    let work = async {
        let (mut seen, mut empty) = (Vec::new(), 0);
        while seen.len() < usize::try_from(ROUNDS * AT_ONCE).unwrap() {
            let claimed = claim(store, 2).await;
            assert!(claimed.len() <= 1, "two at once: {:?}", numbers(&claimed));
            empty = if claimed.is_empty() { empty + 1 } else { 0 };
            assert!(empty < 5000, "after {} nothing is due any more", seen.len());
            for job in &claimed {
                complete(store, job, 2).await;
            }
            seen.extend(numbers(&claimed));
        }
        seen
    };
    let ((), seen) = tokio::join!(accept, work);
    let rounds: Vec<u128> = seen.iter().map(|n| n / AT_ONCE).collect();
    assert!(rounds.is_sorted(), "{seen:?}");
}
