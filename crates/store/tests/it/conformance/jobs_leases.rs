//! Leases: who may finish a job, and until when.

use std::collections::HashSet;

use bitbucket_integration_provider::ports::{
    JobCounts, JobState, Learned, Lease, NewJob, Place, StoreError,
};
use futures_util::future::join_all;

use super::Ports;
use super::fixtures::{
    LEASE, assert_lease_lost, at, claim_one, claimed, commit, due, failure, job_id, repository_id,
    sha,
};

pub(crate) async fn a_claimed_job_is_not_claimed_again(store: Ports<'_>) {
    claimed(store, 1, 0).await;
    assert!(
        store
            .jobs
            .claim(at(29), LEASE, 10)
            .await
            .unwrap()
            .is_empty()
    );
}

pub(crate) async fn a_job_is_claimed_again_when_its_lease_has_ended(store: Ports<'_>) {
    let first = claimed(store, 1, 0).await;
    let second = claim_one(store, 30).await;
    assert_eq!(second.lease.job, first.lease.job);
    assert_eq!((first.attempt, second.attempt), (1, 2));
    assert!(second.lease.token > first.lease.token);
}

pub(crate) async fn a_lease_is_extended(store: Ports<'_>) {
    let job = claimed(store, 1, 0).await;
    store.jobs.extend(job.lease, at(20), LEASE).await.unwrap();
    assert_eq!(store.jobs.next_due().await.unwrap(), Some(at(50)));
    assert!(
        store
            .jobs
            .claim(at(49), LEASE, 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(claim_one(store, 50).await.lease.job, job_id(1));
}

pub(crate) async fn completing_stores_follow_ups_and_keeps_the_key(store: Ports<'_>) {
    let job = claimed(store, 1, 0).await;
    store
        .jobs
        .complete(job.lease, at(1), &[due(2, 5), due(3, 6)])
        .await
        .unwrap();
    assert_eq!(
        store.jobs.counts().await.unwrap(),
        JobCounts {
            ready: 2,
            done: 1,
            ..JobCounts::default()
        }
    );
    assert_eq!(
        store
            .jobs
            .enqueue(&[NewJob {
                id: job_id(9),
                ..due(1, 0)
            }])
            .await
            .unwrap(),
        0
    );
    assert_eq!(claim_one(store, 5).await.lease.job, job_id(2));
}

pub(crate) async fn follow_ups_with_known_keys_are_left_out(store: Ports<'_>) {
    let job = claimed(store, 1, 0).await;
    store.jobs.enqueue(&[due(2, 5)]).await.unwrap();
    let known = NewJob {
        id: job_id(9),
        ..due(2, 0)
    };
    let itself = NewJob {
        id: job_id(8),
        ..due(1, 0)
    };
    store
        .jobs
        .complete(job.lease, at(1), &[known, itself, due(3, 6)])
        .await
        .unwrap();
    let ready = store.jobs.list(Some(JobState::Ready), 10).await.unwrap();
    let ready: Vec<_> = ready.iter().map(|job| (job.id, job.run_at)).collect();
    assert_eq!(ready, [(job_id(3), at(6)), (job_id(2), at(5))]);
}

pub(crate) async fn a_failed_job_waits_for_its_time_with_its_reason(store: Ports<'_>) {
    let job = claimed(store, 1, 0).await;
    store
        .jobs
        .retry(job.lease, at(60), Place::Kept, &failure("busy"))
        .await
        .unwrap();
    assert_eq!(store.jobs.next_due().await.unwrap(), Some(at(60)));
    assert!(
        store
            .jobs
            .claim(at(59), LEASE, 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        store.jobs.list(None, 1).await.unwrap()[0].last_failure,
        Some(failure("busy"))
    );
    assert_eq!(claim_one(store, 60).await.attempt, 2);
}

pub(crate) async fn a_buried_job_is_dead_with_its_reason(store: Ports<'_>) {
    let job = claimed(store, 1, 0).await;
    store
        .jobs
        .bury(job.lease, at(1), &failure("broken"))
        .await
        .unwrap();
    assert!(
        store
            .jobs
            .claim(at(1_000_000), LEASE, 10)
            .await
            .unwrap()
            .is_empty()
    );
    let dead = store.jobs.list(Some(JobState::Dead), 10).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!(
        (dead[0].id, dead[0].attempts, &dead[0].last_failure),
        (job_id(1), 1, &Some(failure("broken")))
    );
}

pub(crate) async fn who_lost_the_lease_can_do_nothing(store: Ports<'_>) {
    let stale = claimed(store, 1, 0).await.lease;
    let current = claim_one(store, 30).await.lease;
    let unknown = Lease {
        job: job_id(7),
        token: 1,
    };
    for lease in [stale, unknown] {
        assert_lease_lost(store.jobs.extend(lease, at(31), LEASE).await);
        assert_lease_lost(store.jobs.complete(lease, at(31), &[due(2, 0)]).await);
        assert_lease_lost(
            store
                .jobs
                .retry(lease, at(31), Place::Kept, &failure("late"))
                .await,
        );
        assert_lease_lost(store.jobs.bury(lease, at(31), &failure("late")).await);
    }
    assert_eq!(
        store.jobs.counts().await.unwrap(),
        JobCounts {
            running: 1,
            ..JobCounts::default()
        }
    );
    assert_eq!(store.jobs.next_due().await.unwrap(), Some(at(60)));
    assert_eq!(
        store.jobs.list(None, 10).await.unwrap()[0].last_failure,
        None
    );
    store.jobs.complete(current, at(32), &[]).await.unwrap();
}

pub(crate) async fn a_finished_job_is_not_finished_again(store: Ports<'_>) {
    let lease = claimed(store, 1, 0).await.lease;
    store.jobs.complete(lease, at(1), &[]).await.unwrap();
    assert_lease_lost(store.jobs.complete(lease, at(1), &[due(2, 0)]).await);
    assert_lease_lost(
        store
            .jobs
            .retry(lease, at(1), Place::Left, &failure("late"))
            .await,
    );
    assert_eq!(
        store.jobs.counts().await.unwrap(),
        JobCounts {
            done: 1,
            ..JobCounts::default()
        }
    );
}

pub(crate) async fn an_ended_lease_that_nobody_took_still_holds(store: Ports<'_>) {
    let lease = claimed(store, 1, 0).await.lease;
    store.jobs.complete(lease, at(500), &[]).await.unwrap();
    assert_eq!(
        store.jobs.counts().await.unwrap(),
        JobCounts {
            done: 1,
            ..JobCounts::default()
        }
    );
}

pub(crate) async fn claims_at_once_never_share_a_job(store: Ports<'_>) {
    let jobs: Vec<NewJob> = (1..=60).map(|n| due(n, 0)).collect();
    store.jobs.enqueue(&jobs).await.unwrap();
    let claims = join_all((0..20).map(|_| store.jobs.claim(at(0), LEASE, 4))).await;
    let claimed: Result<Vec<_>, StoreError> = claims.into_iter().collect();
    let claimed: Vec<_> = claimed.unwrap().concat();
    let distinct: HashSet<_> = claimed.iter().map(|job| job.lease.job).collect();
    assert_eq!((claimed.len(), distinct.len()), (60, 60));
}

pub(crate) async fn jobs_settled_at_once_have_their_own_outcomes(store: Ports<'_>) {
    let jobs: Vec<NewJob> = (1..=40).map(|n| due(n, 0)).collect();
    store.jobs.enqueue(&jobs).await.unwrap();
    let claimed = store.jobs.claim(at(0), LEASE, 40).await.unwrap();
    // Every third lease is a stale one.
    let lease = |n: usize| Lease {
        token: claimed[n].lease.token - i64::from(n.is_multiple_of(3)),
        ..claimed[n].lease
    };
    let settled = (0..40_usize).map(|n| async move {
        if n.is_multiple_of(2) {
            store.jobs.complete(lease(n), at(1), &[]).await
        } else {
            store
                .jobs
                .retry(lease(n), at(9), Place::Kept, &failure("busy"))
                .await
        }
    });
    for (n, outcome) in join_all(settled).await.into_iter().enumerate() {
        if n.is_multiple_of(3) {
            assert_lease_lost(outcome);
        } else {
            outcome.unwrap();
        }
    }
    let counts = JobCounts {
        ready: 13,
        running: 14,
        done: 13,
        dead: 0,
    };
    assert_eq!(store.jobs.counts().await.unwrap(), counts);
}

pub(crate) async fn completing_a_push_stores_what_it_told(store: Ports<'_>) {
    let job = claimed(store, 1, 0).await;
    let learned = Learned {
        repository: repository_id(1),
        commits: vec![commit(1), commit(2)],
        heads: vec![("main".to_owned(), Some(sha(1))), ("old".to_owned(), None)],
    };
    let stale = Lease {
        token: job.lease.token + 1,
        ..job.lease
    };
    let push = |lease| {
        let jobs = store.jobs;
        let (learned, follow_up) = (learned.clone(), due(2, 5));
        async move {
            jobs.complete_push(lease, at(1), &learned, &[follow_up])
                .await
        }
    };
    assert_lease_lost(push(stale).await);
    let (first, second) = (sha(1), sha(2));
    assert_eq!(
        store.commits.find(repository_id(1), &first).await.unwrap(),
        None
    );
    assert_eq!(store.jobs.counts().await.unwrap().ready, 0);

    push(job.lease).await.unwrap();
    for (sha, n) in [(&first, 1), (&second, 2)] {
        let found = store.commits.find(repository_id(1), sha).await.unwrap();
        assert_eq!(found, Some(commit(n)));
    }
    let heads = store.commits.heads(repository_id(1)).await.unwrap();
    assert_eq!(
        heads.into_iter().collect::<Vec<_>>(),
        [("main".to_owned(), sha(1))]
    );
    let counts = store.jobs.counts().await.unwrap();
    assert_eq!((counts.done, counts.ready), (1, 1));
    assert_lease_lost(push(job.lease).await);
}
