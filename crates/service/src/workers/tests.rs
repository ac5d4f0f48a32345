//! When workers claim, rest, keep leases, and how they stop.

use std::collections::VecDeque;
use std::sync::Mutex;

use bitbucket_api_paths::CommitSha;
use bitbucket_integration_provider::ports::{
    Acceptance, Clock as _, Deliveries, Delivery, Learned, NewJob, Release, ReleaseState,
};
use bitbucket_integration_provider::{DeliveryId, InstallationId, JobId, ReleaseId, RepositoryId};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::*;
use crate::testing::{Mocks, StandingClock, store_away};

const PATIENCE: Duration = Duration::from_secs(10);

const PACE: Pace = Pace {
    workers: 2,
    lease: Duration::from_secs(60),
    drain_timeout: Duration::from_secs(5),
};

fn job(number: u128) -> Job {
    Job {
        lease: Lease {
            job: JobId::from_uuid(Uuid::from_u128(number)),
            token: 1,
        },
        installation: InstallationId::from_uuid(Uuid::from_u128(1)),
        work: Work::ProcessDelivery {
            delivery: DeliveryId::from_uuid(Uuid::from_u128(number)),
        },
        attempt: 1,
    }
}

/// What the queue was asked, in order.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Claimed(usize),
    Extended(u128),
    Settled(u128),
    Buried(u128, String),
}

/// A queue that gives out these jobs and reports what it is asked.
fn queue(
    mocks: &mut Mocks,
    waiting: impl IntoIterator<Item = Job>,
) -> mpsc::UnboundedReceiver<Asked> {
    let (tell, told) = mpsc::unbounded_channel();
    let waiting = Arc::new(Mutex::new(waiting.into_iter().collect::<VecDeque<_>>()));
    let claims = tell.clone();
    mocks.jobs.expect_claim().returning(move |_, _, limit| {
        let mut waiting = waiting.lock().unwrap();
        let count = limit.min(waiting.len());
        let given: Vec<Job> = waiting.drain(..count).collect();
        claims.send(Asked::Claimed(given.len())).ok();
        Ok(given)
    });
    let extensions = tell.clone();
    mocks.jobs.expect_extend().returning(move |lease, _, _| {
        extensions
            .send(Asked::Extended(lease.job.as_uuid().as_u128()))
            .ok();
        Ok(())
    });
    let completions = tell.clone();
    mocks.jobs.expect_complete().returning(move |lease, _, _| {
        completions
            .send(Asked::Settled(lease.job.as_uuid().as_u128()))
            .ok();
        Ok(())
    });
    let retries = tell.clone();
    mocks.jobs.expect_retry().returning(move |lease, _, _, _| {
        retries
            .send(Asked::Settled(lease.job.as_uuid().as_u128()))
            .ok();
        Ok(())
    });
    mocks
        .jobs
        .expect_bury()
        .returning(move |lease, _, failure| {
            tell.send(Asked::Buried(
                lease.job.as_uuid().as_u128(),
                failure.code.clone(),
            ))
            .ok();
            Ok(())
        });
    told
}

struct Running {
    waker: Waker,
    quiet: watch::Receiver<u64>,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

fn start(mocks: Mocks, pace: Pace) -> Running {
    start_on(mocks.integration(), pace)
}

fn start_on(integration: Integration, pace: Pace) -> Running {
    let waker = Waker::default();
    let workers = Workers::new(integration, pace, waker.clone(), Arc::new(Metrics::new()));
    let quiet = workers.quiet();
    let stop = CancellationToken::new();
    let task = tokio::spawn(workers.run(stop.clone()));
    Running {
        waker,
        quiet,
        stop,
        task,
    }
}

async fn told(asked: &mut mpsc::UnboundedReceiver<Asked>) -> Asked {
    timeout(PATIENCE, asked.recv())
        .await
        .expect("nothing was asked")
        .expect("the queue is gone")
}

#[tokio::test]
async fn due_jobs_are_claimed_up_to_the_room_there_is() {
    let mut mocks = Mocks::new();
    mocks
        .deliveries
        .expect_find()
        .returning(|_| Err(store_away()));
    mocks.jobs.expect_next_due().returning(|| Ok(None));
    let mut asked = queue(&mut mocks, [job(1), job(2), job(3)]);
    let running = start(mocks, PACE);
    let (mut claimed, mut settled) = (Vec::new(), Vec::new());
    while settled.len() < 3 {
        match told(&mut asked).await {
            Asked::Claimed(count) => claimed.push(count),
            Asked::Settled(number) => settled.push(number),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(claimed[0], 2, "{claimed:?}");
    settled.sort_unstable();
    assert_eq!(settled, [1, 2, 3]);
    running.stop.cancel();
    timeout(PATIENCE, running.task).await.unwrap().unwrap();
}

#[tokio::test]
async fn waking_makes_them_look_again_and_quiet_says_when_nothing_is_left() {
    let mut mocks = Mocks::new();
    mocks.jobs.expect_next_due().returning(|| Ok(None));
    let mut asked = queue(&mut mocks, []);
    let mut running = start(mocks, PACE);
    assert_eq!(told(&mut asked).await, Asked::Claimed(0));
    let call = running.waker.wake();
    timeout(PATIENCE, running.quiet.wait_for(|&after| after >= call))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(told(&mut asked).await, Asked::Claimed(0));
}

#[tokio::test(start_paused = true)]
async fn they_rest_until_the_next_job_is_due() {
    let mut mocks = Mocks::new();
    let clock: Arc<StandingClock> = mocks.clock.clone();
    let due = clock.now() + Duration::from_secs(7);
    mocks
        .jobs
        .expect_next_due()
        .returning(move || Ok(Some(due)));
    let mut asked = queue(&mut mocks, []);
    let _running = start(mocks, PACE);
    assert_eq!(told(&mut asked).await, Asked::Claimed(0));
    let before = Instant::now();
    clock.advance(Duration::from_secs(7));
    assert_eq!(asked.recv().await, Some(Asked::Claimed(0)));
    assert_eq!(before.elapsed().as_secs(), 7);
}

/// Deliveries that can be looked up for as long as somebody likes.
struct Hanging;

#[async_trait::async_trait]
impl Deliveries for Hanging {
    async fn accept(&self, _: &Delivery, _: &NewJob) -> Result<Acceptance, StoreError> {
        Err(store_away())
    }

    async fn accept_completed(
        &self,
        _: &Delivery,
        _: &NewJob,
        _: &Learned,
        _: &[NewJob],
    ) -> Result<bool, StoreError> {
        Err(store_away())
    }

    async fn find(&self, _: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_lease_is_kept_while_its_job_runs_and_the_job_is_dropped_when_it_is_lost() {
    let mut mocks = Mocks::new();
    let (tell, mut told) = mpsc::unbounded_channel();
    let mut given = vec![job(6)];
    mocks
        .jobs
        .expect_claim()
        .returning(move |_, _, _| Ok(std::mem::take(&mut given)));
    mocks.jobs.expect_next_due().returning(|| Ok(None));
    mocks
        .jobs
        .expect_extend()
        .times(2)
        .returning(move |lease, _, for_time| {
            tell.send((Instant::now(), lease.job, for_time)).ok();
            Ok(())
        });
    mocks
        .jobs
        .expect_extend()
        .returning(|_, _, _| Err(StoreError::LeaseLost));
    let began = Instant::now();
    let mut running = start_on(mocks.integration_with(Arc::new(Hanging)), PACE);
    for seconds in [20, 40] {
        let (at, job, for_time) = told.recv().await.unwrap();
        assert_eq!((at - began).as_secs(), seconds);
        assert_eq!((job.as_uuid().as_u128(), for_time), (6, PACE.lease));
    }
    let call = running.waker.wake();
    timeout(
        Duration::from_secs(60),
        running.quiet.wait_for(|&after| after >= call),
    )
    .await
    .unwrap()
    .unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_stop_drops_a_job_that_does_not_end_after_the_drain_time() {
    let mut mocks = Mocks::new();
    mocks.jobs.expect_next_due().returning(|| Ok(None));
    let mut asked = queue(&mut mocks, [job(7)]);
    let running = start_on(mocks.integration_with(Arc::new(Hanging)), PACE);
    assert_eq!(told(&mut asked).await, Asked::Claimed(1));
    let before = Instant::now();
    running.stop.cancel();
    running.task.await.unwrap();
    assert_eq!(before.elapsed(), PACE.drain_timeout);
}

#[tokio::test]
async fn a_job_that_panics_becomes_a_dead_letter() {
    let mut mocks = Mocks::new();
    mocks
        .deliveries
        .expect_find()
        .returning(|_| panic!("a bug"));
    mocks.jobs.expect_next_due().returning(|| Ok(None));
    let mut asked = queue(&mut mocks, [job(5)]);
    let _running = start(mocks, PACE);
    let buried = loop {
        match told(&mut asked).await {
            Asked::Claimed(_) => {}
            other => break other,
        }
    };
    assert_eq!(buried, Asked::Buried(5, "panicked".to_owned()));
}

/// Whoever waits for a release learns that it failed.
#[tokio::test]
async fn a_release_whose_job_panics_says_that_it_failed() {
    let mut mocks = Mocks::new();
    let release = release(6);
    mocks
        .releases
        .expect_find()
        .times(1)
        .returning(|_| panic!("a bug"));
    mocks
        .releases
        .expect_find()
        .returning(move |_| Ok(Some(release.clone())));
    let (tell, mut states) = mpsc::unbounded_channel();
    mocks.releases.expect_update().returning(move |release| {
        let code = release.failure.as_ref().map(|failure| failure.code.clone());
        tell.send((release.state, code)).ok();
        Ok(())
    });
    mocks.jobs.expect_next_due().returning(|| Ok(None));
    let publish = Job {
        work: Work::PublishRelease {
            release: ReleaseId::from_uuid(Uuid::from_u128(6)),
        },
        ..job(6)
    };
    let mut asked = queue(&mut mocks, [publish]);
    let _running = start(mocks, PACE);
    let mut heard = Vec::new();
    while heard.last() != Some(&Asked::Buried(6, "panicked".to_owned())) {
        heard.push(told(&mut asked).await);
    }
    assert_eq!(
        states.recv().await,
        Some((ReleaseState::Failed, Some("panicked".to_owned())))
    );
}

fn release(number: u128) -> Release {
    Release {
        id: ReleaseId::from_uuid(Uuid::from_u128(number)),
        installation: InstallationId::from_uuid(Uuid::from_u128(1)),
        repository: RepositoryId::from_uuid(Uuid::from_u128(2)),
        version: "rocket@1.4.0".to_owned(),
        projects: Vec::new(),
        commit: CommitSha::parse(&"a".repeat(40)).unwrap(),
        previous: None,
        environment: None,
        state: ReleaseState::Pending,
        commit_count: None,
        issues: Vec::new(),
        warnings: Vec::new(),
        failure: None,
        created_at: "2026-11-24T10:00:00Z".parse().unwrap(),
        published_at: None,
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_is_asked_again_ever_later() {
    let mut mocks = Mocks::new();
    let (tell, mut told) = mpsc::unbounded_channel();
    mocks.jobs.expect_claim().returning(move |_, _, _| {
        tell.send(Instant::now()).ok();
        Err(store_away())
    });
    let _running = start(mocks, PACE);
    let mut times = Vec::new();
    for _ in 0..7 {
        times.push(told.recv().await.unwrap());
    }
    let rests: Vec<u64> = times
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).as_secs())
        .collect();
    assert_eq!(rests, [1, 2, 4, 8, 16, 30]);
}
