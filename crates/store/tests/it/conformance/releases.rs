//! Releases and the jobs that publish them.

use bitbucket_integration_provider::ports::{
    Deploy, JobCounts, JobState, NewDeploy, Opened, Release, ReleaseState,
};

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

pub(crate) async fn earlier_ones_are_published_and_share_a_project(store: Ports<'_>) {
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
    let (first, second) = (releases[0].clone(), releases[1].clone());
    assert_eq!(
        earlier(store, &current).await,
        [second.clone(), first.clone()]
    );
    assert_eq!(earlier(store, &second).await, std::slice::from_ref(&first));
    assert_eq!(earlier(store, &first).await, []);
    let one = store.releases.earlier(&current, 1).await.unwrap();
    assert_eq!(one, [second]);
}

async fn earlier(store: Ports<'_>, release: &Release) -> Vec<Release> {
    store.releases.earlier(release, 10).await.unwrap()
}

pub(crate) async fn earlier_ones_of_a_release_that_is_not_stored(store: Ports<'_>) {
    let (first, third) = (published(1, &["rocket"]), published(3, &["rocket"]));
    open(store, 1, &first).await;
    open(store, 3, &third).await;
    assert_eq!(
        earlier(store, &release(2)).await,
        std::slice::from_ref(&first)
    );
    assert_eq!(earlier(store, &release(4)).await, [third, first]);
}

pub(crate) async fn earlier_ones_of_releases_opened_at_the_same_time(store: Ports<'_>) {
    let at_once = |n| Release {
        created_at: at(0),
        ..published(n, &["rocket"])
    };
    for n in [3, 1, 2] {
        open(store, n, &at_once(n)).await;
    }
    assert_eq!(earlier(store, &at_once(2)).await, [at_once(1), at_once(3)]);
    assert_eq!(earlier(store, &at_once(1)).await, [at_once(3)]);
    assert_eq!(earlier(store, &at_once(3)).await, []);
    assert_eq!(earlier(store, &at_once(4)).await.len(), 3);
}

pub(crate) async fn an_environment_has_its_own_earlier_releases(store: Ports<'_>) {
    let in_live = |n| Release {
        environment: Some("live".into()),
        ..published(n, &["rocket"])
    };
    open(store, 1, &in_live(1)).await;
    open(store, 2, &published(2, &["rocket"])).await;
    assert_eq!(earlier(store, &in_live(3)).await, [in_live(1)]);
    assert_eq!(earlier(store, &published(3, &["rocket"])).await.len(), 2);
    // A deploy that came later counts as well, until the release was opened.
    record(store, 2, "live", 2, None).await;
    assert_eq!(
        earlier(store, &in_live(3)).await,
        [release_of(2), in_live(1)]
    );
    record(store, 1, "live", 5, None).await;
    assert_eq!(earlier(store, &in_live(3)).await[0], release_of(2));
    let elsewhere = Release {
        environment: Some("test".into()),
        ..release_of(3)
    };
    assert_eq!(earlier(store, &elsewhere).await, []);
}

fn release_of(n: u128) -> Release {
    published(n, &["rocket"])
}

async fn record(
    store: Ports<'_>,
    n: u128,
    environment: &str,
    second: i64,
    key: Option<&str>,
) -> Deploy {
    let deploy = NewDeploy {
        environment: environment.into(),
        deployed_at: at(second),
        key: key.map(str::to_owned),
    };
    let recorded = store.releases.record_deploy(release_id(n), &deploy);
    recorded.await.unwrap()
}

fn deploy(environment: &str, second: i64, number: u32) -> Deploy {
    Deploy {
        environment: environment.into(),
        deployed_at: at(second),
        number,
    }
}

async fn deploys(store: Ports<'_>, n: u128) -> Vec<Deploy> {
    store.releases.deploys(release_id(n)).await.unwrap()
}

pub(crate) async fn a_deploy_is_remembered_once(store: Ports<'_>) {
    let opened = Release {
        environment: Some("live".into()),
        ..release(1)
    };
    open(store, 1, &opened).await;
    let first = deploy("live", 1, 1);
    assert_eq!(deploys(store, 1).await, std::slice::from_ref(&first));
    assert_eq!(record(store, 1, "live", 5, None).await, first);
    let other = deploy("test", 6, 1);
    assert_eq!(record(store, 1, "test", 6, None).await, other);
    assert_eq!(deploys(store, 1).await, [first, other]);
    assert_eq!(deploys(store, 2).await, []);
}

pub(crate) async fn a_rollback_is_a_deploy_of_its_own(store: Ports<'_>) {
    let monolith = Release {
        projects: vec![project("booster")],
        ..release_of(4)
    };
    let elsewhere = Release {
        repository: repository_id(2),
        ..release_of(5)
    };
    let opened = [release_of(1), release_of(2), release_of(3)];
    for (n, release) in (1..).zip(opened.iter().chain([&monolith, &elsewhere])) {
        open(store, n, release).await;
    }
    record(store, 1, "live", 10, None).await;
    record(store, 2, "live", 20, None).await;
    // Neither another environment, nor another project, nor another repository takes the place of a release.
    record(store, 1, "test", 21, None).await;
    record(store, 4, "live", 22, None).await;
    record(store, 5, "live", 23, None).await;
    let second = deploy("live", 20, 1);
    assert_eq!(record(store, 2, "live", 24, None).await, second);

    let back = deploy("live", 30, 2);
    assert_eq!(record(store, 1, "live", 30, None).await, back);
    assert_eq!(record(store, 1, "live", 31, None).await, back);
    let all = [deploy("live", 10, 1), deploy("test", 21, 1), back];
    assert_eq!(deploys(store, 1).await, all);

    assert_eq!(record(store, 2, "live", 40, None).await.number, 2);
    assert_eq!(
        record(store, 1, "live", 50, None).await,
        deploy("live", 50, 3)
    );
    let next = Release {
        environment: Some("live".into()),
        created_at: at(60),
        ..release_of(6)
    };
    let before = |second| Release {
        created_at: at(second),
        ..next.clone()
    };
    let [one, two, _] = opened;
    for (second, expected) in [
        (60, [&one, &two]),
        (49, [&two, &one]),
        (39, [&one, &two]),
        (29, [&two, &one]),
    ] {
        let found = earlier(store, &before(second)).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "at {second}");
    }
    assert_eq!(earlier(store, &before(19)).await, [one]);
    assert_eq!(earlier(store, &before(9)).await, []);
    let only = store.releases.earlier(&next, 1).await.unwrap();
    assert_eq!(only, [release_of(1)]);
}

pub(crate) async fn a_deploy_is_known_by_its_key(store: Ports<'_>) {
    for n in [1, 2] {
        open(store, n, &release_of(n)).await;
    }
    let first = record(store, 1, "live", 10, Some("run-1")).await;
    assert_eq!(first, deploy("live", 10, 1));
    record(store, 2, "live", 20, Some("run-2")).await;
    // Told again late, it is no rollback.
    assert_eq!(record(store, 1, "live", 30, Some("run-1")).await, first);
    let back = record(store, 1, "live", 40, Some("run-3")).await;
    assert_eq!(back, deploy("live", 40, 2));
    // The same release may be deployed over itself.
    let over = record(store, 1, "live", 50, Some("run-4")).await;
    assert_eq!(over, deploy("live", 50, 3));
    assert_eq!(record(store, 1, "live", 60, Some("run-3")).await, back);
    assert_eq!(record(store, 1, "live", 60, None).await, over);
    assert_eq!(deploys(store, 1).await, [first, back, over]);
    let elsewhere = record(store, 1, "test", 70, Some("run-1")).await;
    assert_eq!(elsewhere, deploy("test", 70, 1));
}

pub(crate) async fn deploys_at_once_are_remembered_by_their_identity(store: Ports<'_>) {
    for n in [1, 2] {
        open(store, n, &release_of(n)).await;
        record(store, n, "live", i64::try_from(n).unwrap(), None).await;
    }
    let same = (0..6).map(|_| record(store, 1, "live", 9, None));
    for one in futures_util::future::join_all(same).await {
        assert_eq!(one, deploy("live", 9, 2));
    }
    let keys: Vec<String> = (0..6).map(|n| format!("run-{n}")).collect();
    let others = keys
        .iter()
        .map(|key| record(store, 1, "live", 10, Some(key)));
    let others = futures_util::future::join_all(others).await;
    let mut numbers: Vec<u32> = others.iter().map(|one| one.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [3, 4, 5, 6, 7, 8]);
}

pub(crate) async fn releases_of_one_version_in_other_repositories_are_siblings(store: Ports<'_>) {
    let version = |n, repository, state| Release {
        version: "suite@1".into(),
        repository: repository_id(repository),
        state,
        ..release(n)
    };
    let own = version(1, 1, ReleaseState::Pending);
    let pending = version(2, 2, ReleaseState::Pending);
    let failed = version(3, 3, ReleaseState::Failed);
    let done = version(4, 4, ReleaseState::Published);
    let stranger = Release {
        installation: installation_id(2),
        ..version(5, 5, ReleaseState::Published)
    };
    let other = Release {
        repository: repository_id(6),
        ..release(6)
    };
    for (n, release) in (1..).zip([&own, &pending, &failed, &done, &stranger, &other]) {
        open(store, n, release).await;
    }
    let siblings = store.releases.siblings(&own).await.unwrap();
    assert_eq!(siblings, [pending, failed, done]);
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
