//! Forgetting what is old.

use bitbucket_integration_provider::ports::{
    Deploy, JobState, NewDeploy, Page, PullRequestStanding, Release, ReleaseState,
    TrackedPullRequest,
};

use super::Ports;
use super::fixtures::{
    at, claim_one, claimed, delivery, due, failure, process, project, publish, release, release_id,
    repository_id,
};
use super::pull_requests::pull_request;

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

pub(crate) async fn pull_requests_that_are_decided_are_forgotten(store: Ports<'_>) {
    let states = [
        PullRequestStanding::Open,
        PullRequestStanding::Merged,
        PullRequestStanding::Declined,
        PullRequestStanding::Superseded,
        PullRequestStanding::Merged,
    ];
    for (n, state) in (1..).zip(states) {
        let one = TrackedPullRequest {
            state,
            ..pull_request(n, i64::try_from(n).unwrap())
        };
        assert!(store.pull_requests.record(&one).await.unwrap());
    }
    let forget = || store.retention.forget_pull_requests(at(5), 2);
    assert_eq!(forget().await.unwrap(), 2);
    assert_eq!(forget().await.unwrap(), 1);
    assert_eq!(forget().await.unwrap(), 0);
    let left = store.pull_requests.list(repository_id(1), 9).await.unwrap();
    let left: Vec<u64> = left.iter().map(|one| one.id.value()).collect();
    assert_eq!(left, [5, 1], "the one that changed since, and the open one");
}

async fn deployed(store: Ports<'_>, n: u128, environment: &str, second: i64) {
    let deploy = NewDeploy {
        environment: environment.into(),
        deployed_at: at(second),
        key: None,
    };
    let recorded = store.releases.record_deploy(release_id(n), &deploy);
    assert_eq!(recorded.await.unwrap().deployed_at, at(second));
}

async fn deploys(store: Ports<'_>, n: u128) -> Vec<(String, u32)> {
    let known = store.releases.deploys(release_id(n)).await.unwrap();
    let told = |one: Deploy| (one.environment, one.number);
    known.into_iter().map(told).collect()
}

pub(crate) async fn what_was_deployed_last_stays(store: Ports<'_>) {
    let published = |n| Release {
        state: ReleaseState::Published,
        ..release(n)
    };
    let other_projects = Release {
        projects: vec![project("booster")],
        ..published(3)
    };
    let elsewhere = Release {
        repository: repository_id(2),
        ..published(4)
    };
    let failed = Release {
        state: ReleaseState::Failed,
        ..release(5)
    };
    let all = [
        published(1),
        published(2),
        other_projects,
        elsewhere,
        failed,
    ];
    for (n, release) in (1..).zip(&all) {
        store.releases.open(release, &publish(n)).await.unwrap();
    }
    deployed(store, 1, "test", 10).await;
    deployed(store, 1, "live", 11).await;
    deployed(store, 3, "live", 12).await;
    deployed(store, 4, "live", 13).await;
    deployed(store, 2, "live", 14).await;
    deployed(store, 1, "live", 15).await;
    deployed(store, 2, "live", 16).await;
    deployed(store, 5, "live", 17).await;

    // Release 2 was deployed there since, twice: once in time.
    let forget = |second| store.retention.forget_deploys(at(second), 1);
    assert_eq!(forget(16).await.unwrap(), 1, "the second time of 1");
    assert_eq!(forget(16).await.unwrap(), 1, "the first time of 1");
    assert_eq!(forget(16).await.unwrap(), 0);
    // However old, what was deployed last stays; that a release failed takes nobody's place.
    assert_eq!(forget(99).await.unwrap(), 0);
    let live = |number| ("live".to_owned(), number);
    assert_eq!(deploys(store, 1).await, [("test".to_owned(), 1)]);
    assert_eq!(deploys(store, 2).await, [live(1), live(2)]);
    for n in [3, 4, 5] {
        assert_eq!(deploys(store, n).await, [live(1)], "release {n}");
    }
    // A release that was forgotten there is deployed as if for the first time.
    deployed(store, 1, "live", 100).await;
    assert_eq!(forget(101).await.unwrap(), 1, "the second time of 2");
    assert_eq!(forget(101).await.unwrap(), 1, "its first time");
    assert_eq!(deploys(store, 2).await, []);
}
