//! Deliveries that are done as they are stored.

use bitbucket_api_paths::CommitSha;
use bitbucket_integration_provider::ports::{
    Acceptance, Delivery, JobCounts, JobState, Learned, NewJob, OrderingKey,
};
use futures_util::future::join_all;

use super::Ports;
use super::fixtures::{
    LEASE, at, claim_one, commit, delivery, delivery_id, due, failure, installation_id, job_id,
    process, repository_id, sha,
};

/// What the push with this number told: commit and head have its number.
fn learned(n: u128) -> Learned {
    Learned {
        repository: repository_id(1),
        commits: vec![commit(n)],
        heads: vec![("main".to_owned(), Some(sha(n)))],
    }
}

/// The job of a delivery, in the order of its repository.
fn ordered(n: u128) -> NewJob {
    NewJob {
        ordering_key: Some(OrderingKey::deliveries_of(repository_id(1))),
        ..process(n)
    }
}

/// Offers the delivery with this number, from which nothing follows.
async fn tell(store: Ports<'_>, n: u128, learned: &Learned) -> bool {
    let (delivery, job) = (delivery(n), ordered(n));
    let stored = store
        .deliveries
        .accept_completed(&delivery, &job, learned, &[]);
    stored.await.unwrap()
}

/// Offers a delivery as the push with this number, and what follows from it.
async fn put(store: Ports<'_>, delivery: &Delivery, n: u128, follow_ups: &[NewJob]) -> bool {
    let (job, learned) = (ordered(n), learned(n));
    let stored = store
        .deliveries
        .accept_completed(delivery, &job, &learned, follow_ups);
    stored.await.unwrap()
}

/// Offers the delivery with this number; the job with a number above it by 100 follows from it.
async fn offer(store: Ports<'_>, n: u128) -> bool {
    put(store, &delivery(n), n, &[due(n + 100, 5)]).await
}

async fn head(store: Ports<'_>) -> Option<CommitSha> {
    let heads = store.commits.heads(repository_id(1)).await.unwrap();
    heads.get("main").cloned()
}

pub(crate) async fn a_delivery_that_is_done_is_stored_with_all_that_follows(store: Ports<'_>) {
    assert!(offer(store, 1).await);
    let found = store.deliveries.find(delivery_id(1)).await.unwrap();
    assert_eq!(found, Some(delivery(1)));
    let known = store.commits.find(repository_id(1), &sha(1)).await.unwrap();
    assert_eq!((known, head(store).await), (Some(commit(1)), Some(sha(1))));

    let done = store.jobs.list(Some(JobState::Done), 10).await.unwrap();
    assert_eq!(done.len(), 1);
    assert_eq!(
        (done[0].id, done[0].installation, &done[0].work),
        (job_id(1), installation_id(1), &process(1).work)
    );
    assert_eq!((done[0].attempts, &done[0].last_failure), (1, &None));
    assert_eq!(store.jobs.next_due().await.unwrap(), Some(at(5)));
    assert_eq!(claim_one(store, 5).await.lease.job, job_id(101));
}

/// PostgreSQL stores these in a way of their own.
pub(crate) async fn a_push_from_which_nothing_follows_is_stored_with_what_it_told(
    store: Ports<'_>,
) {
    let first = store.deliveries.accept(&delivery(1), &ordered(1)).await;
    assert_eq!(first.unwrap(), Acceptance::New);
    assert!(
        !put(store, &delivery(2), 2, &[]).await,
        "the first one waits"
    );
    assert_eq!(store.deliveries.find(delivery_id(2)).await.unwrap(), None);
    assert_eq!(head(store).await, None);
    let job = claim_one(store, 2).await;
    store.jobs.complete(job.lease, at(2), &[]).await.unwrap();

    let several = Learned {
        commits: (2..=6).map(commit).collect(),
        ..learned(2)
    };
    assert!(tell(store, 2, &several).await);
    assert!(!tell(store, 2, &learned(7)).await, "it came before");
    let nothing = Learned {
        commits: Vec::new(),
        heads: Vec::new(),
        ..learned(3)
    };
    assert!(tell(store, 3, &nothing).await);

    for n in 2..=3 {
        let found = store.deliveries.find(delivery_id(n)).await.unwrap();
        assert_eq!(found, Some(delivery(n)));
    }
    for n in 2..=7 {
        let known = store.commits.find(repository_id(1), &sha(n)).await.unwrap();
        assert_eq!(known, (n <= 6).then(|| commit(n)), "{n}");
    }
    assert_eq!(head(store).await, Some(sha(2)));
    let done = store.jobs.list(Some(JobState::Done), 10).await.unwrap();
    let done: Vec<_> = done.iter().map(|job| (job.id, job.attempts)).collect();
    assert_eq!(done, [(job_id(3), 1), (job_id(2), 1), (job_id(1), 1)]);
    assert_eq!(store.jobs.next_due().await.unwrap(), None);
}

/// A push that moved a branch, deleted another one, and told of more commits than a payload has.
pub(crate) async fn an_unusual_push_is_stored_as_well(store: Ports<'_>) {
    assert!(put(store, &delivery(1), 1, &[]).await);
    let unusual = Learned {
        commits: (2..=30).map(commit).collect(),
        heads: vec![
            ("main".to_owned(), None),
            ("next".to_owned(), Some(sha(30))),
        ],
        ..learned(2)
    };
    assert!(tell(store, 2, &unusual).await);
    let heads = store.commits.heads(repository_id(1)).await.unwrap();
    let heads: Vec<_> = heads.into_iter().collect();
    assert_eq!(heads, [("next".to_owned(), sha(30))]);
    let last = store.commits.find(repository_id(1), &sha(30)).await;
    assert_eq!(last.unwrap(), Some(commit(30)));
}

pub(crate) async fn a_done_delivery_that_came_before_changes_nothing(store: Ports<'_>) {
    assert!(offer(store, 1).await);
    let again = Delivery {
        dedupe_key: delivery(1).dedupe_key,
        ..delivery(2)
    };
    assert!(!put(store, &again, 2, &[due(102, 5)]).await);
    assert_eq!(store.deliveries.find(delivery_id(2)).await.unwrap(), None);
    let known = store.commits.find(repository_id(1), &sha(2)).await.unwrap();
    assert_eq!((known, head(store).await), (None, Some(sha(1))));
    assert_eq!(
        store.jobs.counts().await.unwrap(),
        JobCounts {
            done: 1,
            ready: 1,
            ..JobCounts::default()
        }
    );
    // Nor is it taken the other way.
    let accepted = store.deliveries.accept(&again, &ordered(2)).await.unwrap();
    assert_eq!(accepted, Acceptance::Duplicate);
}

pub(crate) async fn a_delivery_is_not_done_before_those_that_came_first(store: Ports<'_>) {
    let first = store.deliveries.accept(&delivery(1), &ordered(1)).await;
    assert_eq!(first.unwrap(), Acceptance::New);
    assert!(!offer(store, 2).await, "the first one waits");
    let job = claim_one(store, 2).await;
    assert!(!offer(store, 2).await, "the first one is worked on");
    assert_eq!(store.deliveries.find(delivery_id(2)).await.unwrap(), None);
    assert_eq!(
        (head(store).await, store.jobs.counts().await.unwrap().ready),
        (None, 0)
    );

    let reason = failure("broken");
    let buried = store.jobs.bury(job.lease, at(3), &reason).await;
    buried.unwrap();
    assert!(offer(store, 2).await, "the first one was given up");
    assert_eq!(head(store).await, Some(sha(2)));
}

pub(crate) async fn deliveries_of_others_keep_nobody_from_being_done(store: Ports<'_>) {
    let other = NewJob {
        ordering_key: Some(OrderingKey::deliveries_of(repository_id(2))),
        ..process(1)
    };
    let waits = store.deliveries.accept(&delivery(1), &other).await;
    assert_eq!(waits.unwrap(), Acceptance::New);
    let free = store.jobs.enqueue(&[due(3, 0)]).await;
    assert_eq!(free.unwrap(), 1);
    assert!(offer(store, 2).await);
    // Who is done makes nobody wait.
    let next = store.deliveries.accept(&delivery(4), &ordered(4)).await;
    assert_eq!(next.unwrap(), Acceptance::New);
    let claimed = store.jobs.claim(at(2), LEASE, 10).await.unwrap();
    let mut claimed: Vec<_> = claimed.iter().map(|job| job.lease.job).collect();
    claimed.sort_unstable();
    assert_eq!(claimed, [job_id(1), job_id(3), job_id(4)]);
}

pub(crate) async fn of_many_equal_deliveries_at_once_one_is_done(store: Ports<'_>) {
    let offers = (1..=20).map(|n| async move {
        let offer = Delivery {
            dedupe_key: "the same".into(),
            ..delivery(n)
        };
        put(store, &offer, n, &[]).await
    });
    let stored = join_all(offers).await;
    assert_eq!(stored.iter().filter(|stored| **stored).count(), 1);
    assert_eq!(
        store.jobs.counts().await.unwrap(),
        JobCounts {
            done: 1,
            ..JobCounts::default()
        }
    );
}
