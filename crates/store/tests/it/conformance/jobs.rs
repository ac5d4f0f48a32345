//! The queue: what is stored, when it is due, what is seen of it.

use bitbucket_commit_resolver::Action;
use bitbucket_integration_provider::JobId;
use bitbucket_integration_provider::ports::{
    Job, JobCounts, JobState, JobSummary, NewJob, Place, Work,
};

use super::Ports;
use super::fixtures::{
    LEASE, assert_conflict, at, claim_one, claimed, delivery_id, due, failure, installation_id,
    job, job_id, link_id, release_id, repository_id, sha,
};

fn ids(jobs: &[Job]) -> Vec<JobId> {
    jobs.iter().map(|job| job.lease.job).collect()
}

pub(crate) async fn work_of_every_kind_comes_back(store: Ports<'_>) {
    let works = [
        Work::ProcessDelivery {
            delivery: delivery_id(1),
        },
        Work::CommentOnIssue {
            repository: repository_id(1),
            commit: sha(1),
            short_id: "ROCKET-1A".into(),
        },
        Work::ChangeIssue {
            repository: repository_id(1),
            commit: sha(1),
            short_id: "ROCKET-1A".into(),
            action: Action::WontFix,
        },
        Work::PublishRelease {
            release: release_id(1),
        },
        Work::ResolveIssue {
            release: release_id(1),
            commit: sha(1),
            short_id: "ROCKET-1A".into(),
        },
        Work::RecordDeploy {
            release: release_id(1),
            installation: installation_id(1),
            version: "rocket@1.4.0".into(),
            environment: "live".into(),
            number: None,
        },
        Work::RecordDeploy {
            release: release_id(1),
            installation: installation_id(1),
            version: "rocket@1.4.0".into(),
            environment: "live".into(),
            number: Some(2),
        },
        Work::CommentOnPullRequest {
            repository: repository_id(1),
            pull_request: bitbucket_api_paths::PullRequestId::new(7).unwrap(),
            version: 1_790_000_000_123,
        },
        Work::ReportStatus {
            repository: repository_id(1),
            commit: sha(1),
        },
        Work::TellOfLink { link: link_id(1) },
        Work::CommentOnLinkedIssue {
            link: link_id(1),
            digest: "0a".into(),
            text: "Seen".into(),
        },
        Work::SettleCreation { link: link_id(1) },
    ];
    let jobs: Vec<NewJob> = (1..).zip(works).map(|(n, work)| job(n, work)).collect();
    assert_eq!(store.jobs.enqueue(&jobs).await.unwrap(), 12);

    let claimed = store.jobs.claim(at(0), LEASE, 20).await.unwrap();
    assert_eq!(claimed.len(), 12);
    for (claimed, job) in claimed.iter().zip(&jobs) {
        assert_eq!((claimed.lease.job, &claimed.work), (job.id, &job.work));
        assert_eq!(
            (claimed.installation, claimed.attempt),
            (installation_id(1), 1)
        );
    }
}

pub(crate) async fn a_known_key_is_not_stored_again(store: Ports<'_>) {
    assert_eq!(store.jobs.enqueue(&[due(1, 5)]).await.unwrap(), 1);
    let same_work = NewJob {
        id: job_id(9),
        ..due(1, 0)
    };
    assert_eq!(
        store
            .jobs
            .enqueue(&[due(1, 0), same_work, due(2, 7), due(2, 8)])
            .await
            .unwrap(),
        1
    );
    assert_eq!(store.jobs.enqueue(&[]).await.unwrap(), 0);

    let listed = store.jobs.list(None, 10).await.unwrap();
    let times: Vec<_> = listed.iter().map(|job| (job.id, job.run_at)).collect();
    assert_eq!(times, [(job_id(2), at(7)), (job_id(1), at(5))]);
}

pub(crate) async fn enqueueing_is_all_or_nothing(store: Ports<'_>) {
    let same_id = NewJob {
        id: job_id(1),
        ..due(2, 0)
    };
    assert_conflict(store.jobs.enqueue(&[due(1, 0), same_id]).await);
    assert_eq!(store.jobs.counts().await.unwrap(), JobCounts::default());
}

pub(crate) async fn due_jobs_are_claimed_oldest_first(store: Ports<'_>) {
    store
        .jobs
        .enqueue(&[due(1, 30), due(2, 10), due(3, 20), due(4, 31)])
        .await
        .unwrap();
    assert!(store.jobs.claim(at(9), LEASE, 10).await.unwrap().is_empty());
    let claimed = store.jobs.claim(at(30), LEASE, 10).await.unwrap();
    assert_eq!(ids(&claimed), [job_id(2), job_id(3), job_id(1)]);
}

pub(crate) async fn jobs_due_at_the_same_time_are_claimed_in_order_of_arrival(store: Ports<'_>) {
    store.jobs.enqueue(&[due(3, 0), due(1, 0)]).await.unwrap();
    store.jobs.enqueue(&[due(2, 0)]).await.unwrap();
    assert_eq!(
        ids(&store.jobs.claim(at(0), LEASE, 10).await.unwrap()),
        [job_id(3), job_id(1), job_id(2)]
    );
}

pub(crate) async fn a_claim_takes_at_most_its_limit(store: Ports<'_>) {
    store
        .jobs
        .enqueue(&[due(1, 1), due(2, 2), due(3, 3)])
        .await
        .unwrap();
    assert!(store.jobs.claim(at(9), LEASE, 0).await.unwrap().is_empty());
    assert_eq!(
        ids(&store.jobs.claim(at(9), LEASE, 2).await.unwrap()),
        [job_id(1), job_id(2)]
    );
    assert_eq!(
        ids(&store.jobs.claim(at(9), LEASE, 2).await.unwrap()),
        [job_id(3)]
    );
}

pub(crate) async fn next_due_is_the_earliest_start_or_end_of_a_lease(store: Ports<'_>) {
    assert_eq!(store.jobs.next_due().await.unwrap(), None);
    let running = claimed(store, 1, 0).await;
    assert_eq!(store.jobs.next_due().await.unwrap(), Some(at(30)));
    store.jobs.enqueue(&[due(2, 40), due(3, 20)]).await.unwrap();
    assert_eq!(store.jobs.next_due().await.unwrap(), Some(at(20)));

    let third = claim_one(store, 20).await;
    store
        .jobs
        .complete(running.lease, at(21), &[])
        .await
        .unwrap();
    store
        .jobs
        .bury(third.lease, at(21), &failure("broken"))
        .await
        .unwrap();
    assert_eq!(store.jobs.next_due().await.unwrap(), Some(at(40)));
}

pub(crate) async fn jobs_are_listed_newest_first_by_state(store: Ports<'_>) {
    let first = claimed(store, 1, 0).await;
    store.jobs.enqueue(&[due(2, 50), due(3, 50)]).await.unwrap();
    store
        .jobs
        .retry(first.lease, at(60), Place::Kept, &failure("busy"))
        .await
        .unwrap();
    let listed = |id, run_at, attempts, last_failure| JobSummary {
        id: job_id(id),
        installation: installation_id(1),
        work: due(id, 0).work,
        state: JobState::Ready,
        attempts,
        run_at,
        last_failure,
    };
    let all = [
        listed(3, at(50), 0, None),
        listed(2, at(50), 0, None),
        listed(1, at(60), 1, Some(failure("busy"))),
    ];

    assert_eq!(store.jobs.list(None, 10).await.unwrap(), all);
    assert_eq!(
        store.jobs.list(Some(JobState::Ready), 10).await.unwrap(),
        all
    );
    assert_eq!(
        store.jobs.list(Some(JobState::Ready), 2).await.unwrap(),
        all[..2]
    );
    assert!(
        store
            .jobs
            .list(Some(JobState::Done), 10)
            .await
            .unwrap()
            .is_empty()
    );
}

pub(crate) async fn jobs_are_counted_by_state(store: Ports<'_>) {
    assert_eq!(store.jobs.counts().await.unwrap(), JobCounts::default());
    let done = claimed(store, 1, 0).await;
    store.jobs.complete(done.lease, at(1), &[]).await.unwrap();
    for n in 2..=3 {
        let dead = claimed(store, n, 0).await;
        store
            .jobs
            .bury(dead.lease, at(1), &failure("broken"))
            .await
            .unwrap();
    }
    claimed(store, 4, 0).await;
    store
        .jobs
        .enqueue(&[due(5, 9), due(6, 9), due(7, 9)])
        .await
        .unwrap();
    assert_eq!(
        store.jobs.counts().await.unwrap(),
        JobCounts {
            ready: 3,
            running: 1,
            done: 1,
            dead: 2
        }
    );
}

pub(crate) async fn a_dead_job_is_replayed_with_no_attempts(store: Ports<'_>) {
    let dead = claimed(store, 1, 0).await;
    store
        .jobs
        .bury(dead.lease, at(1), &failure("broken"))
        .await
        .unwrap();
    assert!(store.jobs.replay(job_id(1), at(100)).await.unwrap());

    let listed = store.jobs.list(Some(JobState::Ready), 10).await.unwrap();
    assert_eq!((listed[0].attempts, listed[0].run_at), (0, at(100)));
    let again = claim_one(store, 100).await;
    assert_eq!((again.lease.job, again.attempt), (job_id(1), 1));
    assert!(again.lease.token > dead.lease.token);
}

pub(crate) async fn only_a_dead_job_is_replayed(store: Ports<'_>) {
    assert!(!store.jobs.replay(job_id(1), at(0)).await.unwrap());
    let running = claimed(store, 1, 0).await;
    assert!(!store.jobs.replay(job_id(1), at(0)).await.unwrap());
    store
        .jobs
        .complete(running.lease, at(1), &[])
        .await
        .unwrap();
    assert!(!store.jobs.replay(job_id(1), at(0)).await.unwrap());
    assert_eq!(
        store.jobs.counts().await.unwrap(),
        JobCounts {
            done: 1,
            ..JobCounts::default()
        }
    );
}
