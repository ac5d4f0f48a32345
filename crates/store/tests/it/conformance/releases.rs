//! Releases and the jobs that publish them.

use bitbucket_integration_provider::ports::{JobCounts, JobState, Opened, Release, ReleaseState};

use super::Ports;
use super::fixtures::{
    LEASE, assert_lease_lost, assert_unreadable, at, claim_one, failure, installation_id, project,
    publish, release, release_id, repository_id, sha,
};

fn published(n: u128, projects: &[&str]) -> Release {
    Release {
        state: ReleaseState::Published,
        projects: projects.iter().map(|name| project(name)).collect(),
        ..release(n)
    }
}

fn finished(n: u128) -> Release {
    Release {
        projects: vec![project("rocket"), project("booster")],
        previous: Some(sha(99)),
        state: ReleaseState::Published,
        commit_count: Some(3),
        issues: vec!["ROCKET-1A".into(), "ROCKET-2".into()],
        warnings: vec!["one commit was cut".into()],
        published_at: Some(at(50)),
        ..release(n)
    }
}

async fn open(store: Ports<'_>, n: u128, release: &Release) {
    assert_eq!(
        store.releases.open(release, &publish(n)).await.unwrap(),
        Opened::New
    );
}

pub(crate) async fn an_opened_release_comes_back_with_its_job(store: Ports<'_>) {
    open(store, 1, &finished(1)).await;
    assert_eq!(
        store.releases.find(release_id(1)).await.unwrap(),
        Some(finished(1))
    );
    assert_eq!(
        store
            .releases
            .by_version(repository_id(1), "rocket@1.1.0")
            .await
            .unwrap(),
        Some(finished(1))
    );
    assert_eq!(claim_one(store, 0).await.work, publish(1).work);

    assert_eq!(store.releases.find(release_id(2)).await.unwrap(), None);
    assert_eq!(
        store
            .releases
            .by_version(repository_id(1), "ROCKET@1.1.0")
            .await
            .unwrap(),
        None
    );
}

pub(crate) async fn opening_a_known_version_stores_nothing(store: Ports<'_>) {
    open(store, 1, &finished(1)).await;
    let again = Release {
        version: finished(1).version,
        ..release(2)
    };
    let outcome = store.releases.open(&again, &publish(2)).await.unwrap();
    assert_eq!(outcome, Opened::Existing(Box::new(finished(1))));
    assert_eq!(store.releases.list(10).await.unwrap(), [finished(1)]);
    assert_eq!(store.jobs.counts().await.unwrap().ready, 1);
}

pub(crate) async fn another_repository_may_have_the_same_version(store: Ports<'_>) {
    let other = Release {
        version: release(1).version,
        repository: repository_id(2),
        ..release(2)
    };
    open(store, 1, &release(1)).await;
    open(store, 2, &other).await;
    assert_eq!(
        store
            .releases
            .by_version(repository_id(2), &other.version)
            .await
            .unwrap(),
        Some(other)
    );
}

pub(crate) async fn an_update_replaces_everything(store: Ports<'_>) {
    open(store, 1, &release(1)).await;
    let updated = Release {
        commit: sha(77),
        installation: installation_id(2),
        created_at: at(4),
        ..finished(1)
    };
    store.releases.update(&updated).await.unwrap();
    assert_eq!(
        store.releases.find(release_id(1)).await.unwrap(),
        Some(updated)
    );

    let failed = Release {
        state: ReleaseState::Failed,
        failure: Some(failure("refused")),
        ..release(1)
    };
    store.releases.update(&failed).await.unwrap();
    assert_eq!(
        store.releases.find(release_id(1)).await.unwrap(),
        Some(failed)
    );
}

pub(crate) async fn an_update_of_an_unknown_release_is_refused(store: Ports<'_>) {
    assert_unreadable(store.releases.update(&release(1)).await);
    assert_eq!(store.releases.find(release_id(1)).await.unwrap(), None);
}

pub(crate) async fn reopening_puts_a_dead_job_back_to_work(store: Ports<'_>) {
    let failed = Release {
        state: ReleaseState::Failed,
        failure: Some(failure("refused")),
        ..release(1)
    };
    open(store, 1, &failed).await;
    let dead = claim_one(store, 0).await;
    store
        .jobs
        .bury(dead.lease, at(1), &failure("refused"))
        .await
        .unwrap();

    let mut job = publish(1);
    job.run_at = at(60);
    store.releases.reopen(&release(1), &job).await.unwrap();
    assert_eq!(
        store.releases.find(release_id(1)).await.unwrap(),
        Some(release(1))
    );
    let listed = store.jobs.list(None, 10).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (listed[0].state, listed[0].attempts, listed[0].run_at),
        (JobState::Ready, 0, at(60))
    );
    let again = claim_one(store, 60).await;
    assert_eq!((again.lease.job, again.attempt), (dead.lease.job, 1));
}

pub(crate) async fn reopening_takes_the_job_from_whoever_runs_it(store: Ports<'_>) {
    open(store, 1, &release(1)).await;
    let stale = claim_one(store, 0).await.lease;
    store
        .releases
        .reopen(&release(1), &publish(1))
        .await
        .unwrap();
    assert_lease_lost(store.jobs.complete(stale, at(1), &[]).await);
    let current = claim_one(store, 1).await.lease;
    assert_lease_lost(store.jobs.complete(stale, at(1), &[]).await);
    store.jobs.complete(current, at(2), &[]).await.unwrap();

    store
        .releases
        .reopen(&release(1), &publish(1))
        .await
        .unwrap();
    assert_eq!(store.jobs.claim(at(3), LEASE, 10).await.unwrap().len(), 1);
}

pub(crate) async fn reopening_restores_a_missing_job(store: Ports<'_>) {
    open(store, 1, &release(1)).await;
    store
        .releases
        .reopen(&release(1), &publish(2))
        .await
        .unwrap();
    assert_eq!(
        store.jobs.counts().await.unwrap(),
        JobCounts {
            ready: 2,
            ..JobCounts::default()
        }
    );
}

pub(crate) async fn reopening_an_unknown_release_stores_nothing(store: Ports<'_>) {
    assert_unreadable(store.releases.reopen(&release(1), &publish(1)).await);
    assert_eq!(store.jobs.counts().await.unwrap(), JobCounts::default());
}

pub(crate) async fn previous_is_the_last_published_one_of_a_shared_project(store: Ports<'_>) {
    let elsewhere = Release {
        repository: repository_id(2),
        ..published(4, &["rocket"])
    };
    let unpublished = Release {
        state: ReleaseState::Failed,
        ..release(5)
    };
    let current = Release {
        projects: vec![project("booster"), project("rocket")],
        ..release(6)
    };
    let releases = [
        published(1, &["rocket"]),
        published(2, &["rocket", "moon"]),
        published(3, &["rock", "moon"]),
        elsewhere,
        unpublished,
        current.clone(),
        published(7, &["rocket"]),
    ];
    for (n, release) in (1..).zip(&releases) {
        open(store, n, release).await;
    }
    assert_eq!(
        store.releases.previous(&current).await.unwrap(),
        Some(published(2, &["rocket", "moon"]))
    );
    assert_eq!(
        store.releases.previous(&releases[1]).await.unwrap(),
        Some(published(1, &["rocket"]))
    );
    assert_eq!(store.releases.previous(&releases[0]).await.unwrap(), None);
}

pub(crate) async fn previous_of_a_release_that_is_not_stored(store: Ports<'_>) {
    open(store, 1, &published(1, &["rocket"])).await;
    open(store, 3, &published(3, &["rocket"])).await;
    assert_eq!(
        store.releases.previous(&release(2)).await.unwrap(),
        Some(published(1, &["rocket"]))
    );
    assert_eq!(
        store.releases.previous(&release(4)).await.unwrap(),
        Some(published(3, &["rocket"]))
    );
}

pub(crate) async fn previous_of_releases_opened_at_the_same_time(store: Ports<'_>) {
    let at_once = |n| Release {
        created_at: at(0),
        ..published(n, &["rocket"])
    };
    for n in [3, 1, 2] {
        open(store, n, &at_once(n)).await;
    }
    assert_eq!(
        store.releases.previous(&at_once(2)).await.unwrap(),
        Some(at_once(1))
    );
    assert_eq!(
        store.releases.previous(&at_once(1)).await.unwrap(),
        Some(at_once(3))
    );
    assert_eq!(store.releases.previous(&at_once(3)).await.unwrap(), None);
    assert_eq!(
        store.releases.previous(&at_once(4)).await.unwrap(),
        Some(at_once(2))
    );
}

pub(crate) async fn releases_are_listed_newest_first(store: Ports<'_>) {
    for n in 1..=3 {
        open(store, n, &release(n)).await;
    }
    assert_eq!(
        store.releases.list(2).await.unwrap(),
        [release(3), release(2)]
    );
}
