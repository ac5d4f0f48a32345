//! Installations take turns, however long the queue of one of them is.

use bitbucket_integration_provider::JobId;
use bitbucket_integration_provider::ports::{Job, NewJob};

use super::Ports;
use super::fixtures::{LEASE, at, due, installation_id, job_id};

/// A job of the installation with this number.
fn of(tenant: u128, n: u128, second: i64) -> NewJob {
    NewJob {
        installation: installation_id(tenant),
        ..due(n, second)
    }
}

async fn claim(store: Ports<'_>, second: i64, limit: usize) -> Vec<Job> {
    store.jobs.claim(at(second), LEASE, limit).await.unwrap()
}

fn tenants(jobs: &[Job]) -> Vec<u128> {
    let number = |job: &Job| job.installation.as_uuid().as_u128() & 0xff;
    let mut tenants: Vec<u128> = jobs.iter().map(number).collect();
    tenants.sort_unstable();
    tenants
}

fn ids(jobs: &[Job]) -> Vec<JobId> {
    jobs.iter().map(|job| job.lease.job).collect()
}

pub(crate) async fn a_single_job_does_not_wait_behind_the_queue_of_another_installation(
    store: Ports<'_>,
) {
    let queue: Vec<NewJob> = (0..1000).map(|n| of(1, n, 0)).collect();
    store.jobs.enqueue(&queue).await.unwrap();
    assert_eq!(tenants(&claim(store, 9, 4).await), [1; 4]);
    for (tenant, single) in [(2, 5000), (3, 5001)] {
        store.jobs.enqueue(&[of(tenant, single, 5)]).await.unwrap();
    }
    assert_eq!(tenants(&claim(store, 9, 4).await), [1, 1, 2, 3]);
    assert_eq!(tenants(&claim(store, 9, 4).await), [1; 4]);

    store
        .jobs
        .enqueue(&[of(2, 5002, 5), of(3, 5003, 5)])
        .await
        .unwrap();
    let mut served = Vec::new();
    for _ in 0..3 {
        served.extend(claim(store, 9, 1).await);
    }
    assert_eq!(tenants(&served), [1, 2, 3]);
}

pub(crate) async fn queues_of_the_same_length_end_together(store: Ports<'_>) {
    for tenant in 1..=5 {
        let jobs = (0..6).map(|n| of(tenant, 100 * tenant + n, 0));
        store.jobs.enqueue(&jobs.collect::<Vec<_>>()).await.unwrap();
    }
    for _ in 0..6 {
        assert_eq!(tenants(&claim(store, 0, 5).await), [1, 2, 3, 4, 5]);
    }
    assert_eq!(ids(&claim(store, 0, 5).await), []);
}

pub(crate) async fn installations_whose_jobs_are_not_due_hold_nobody_up(store: Ports<'_>) {
    // More of them than one claim visits, all between the last one that was served and the one with work.
    store.jobs.enqueue(&[of(1, 1, 0)]).await.unwrap();
    assert_eq!(ids(&claim(store, 0, 1).await), [job_id(1)]);
    let later: Vec<NewJob> = (2..100).map(|n| of(n, n, 900)).collect();
    store.jobs.enqueue(&later).await.unwrap();
    store
        .jobs
        .enqueue(&[of(200, 200, 0), of(200, 201, 0)])
        .await
        .unwrap();
    assert_eq!(ids(&claim(store, 9, 1).await), [job_id(200)]);
    assert_eq!(ids(&claim(store, 9, 10).await), [job_id(201)]);
    assert_eq!(claim(store, 900, 200).await.len(), 98 + 3);
}
