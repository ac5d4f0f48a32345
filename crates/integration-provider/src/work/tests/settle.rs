//! What becomes of a job after its work.

use std::time::Duration;

use crate::ports::{Failure, Job, Lease, StoreError, Work};
use crate::testing::{World, installation, now, release};
use crate::work::Settled;

fn job(attempt: u32) -> Job {
    let id = "0190a5c2-0000-7000-8000-00000000000a".parse().unwrap();
    Job {
        lease: Lease { job: id, token: 7 },
        installation: installation().id,
        work: Work::PublishRelease {
            release: release().id,
        },
        attempt,
    }
}

fn unavailable() -> StoreError {
    StoreError::Unavailable(std::sync::Arc::new(std::io::Error::other("disk")))
}

#[tokio::test]
async fn a_passing_failure_puts_the_job_back_for_a_while() {
    let mut world = World::connected();
    world
        .releases
        .expect_find()
        .returning(|_| Err(unavailable()));
    world
        .jobs
        .expect_retry()
        .times(1)
        .returning(|lease, at, _, failure| {
            assert_eq!(
                (lease.token, at, failure.code.as_str()),
                (7, now() + Duration::from_secs(10), "store_unavailable")
            );
            Ok(())
        });
    let Settled::Retried { at, failure } = world.integration().execute(job(2)).await else {
        panic!("not retried")
    };
    assert_eq!(at, now() + Duration::from_secs(10));
    assert_eq!(failure.message, "the store is not available");
}

#[tokio::test]
async fn the_last_attempt_buries_the_job_and_fails_its_release() {
    let mut world = World::following(crate::testing::rocket());
    let mut finds = 0;
    world.releases.expect_find().returning(move |_| {
        finds += 1;
        if finds == 1 {
            Err(unavailable())
        } else {
            Ok(Some(release()))
        }
    });
    world.jobs.expect_extend().returning(|_, _, _| Ok(()));
    world
        .releases
        .expect_update()
        .times(1)
        .returning(|release| {
            assert_eq!(release.state, crate::ports::ReleaseState::Failed);
            assert_eq!(release.failure.as_ref().unwrap().code, "store_unavailable");
            Ok(())
        });
    world
        .jobs
        .expect_bury()
        .times(1)
        .returning(|_, _, _| Ok(()));
    assert!(
        matches!(world.integration().execute(job(3)).await, Settled::Buried { failure } if failure.code == "store_unavailable")
    );
}

#[tokio::test]
async fn what_can_never_work_is_buried_at_once() {
    let mut world = World::connected();
    world.releases.expect_find().returning(|_| Ok(None));
    world.jobs.expect_extend().returning(|_, _, _| Ok(()));
    world
        .jobs
        .expect_bury()
        .times(1)
        .returning(|_, _, failure| {
            assert_eq!(
                (failure.code.as_str(), failure.message.as_str()),
                ("gone", "the release is gone")
            );
            Ok(())
        });
    assert!(matches!(
        world.integration().execute(job(1)).await,
        Settled::Buried { .. }
    ));
}

#[tokio::test]
async fn a_lost_lease_is_said() {
    let mut world = World::connected();
    world
        .releases
        .expect_find()
        .returning(|_| Err(unavailable()));
    world
        .jobs
        .expect_retry()
        .returning(|_, _, _, _| Err(StoreError::LeaseLost));
    assert!(matches!(
        world.integration().execute(job(1)).await,
        Settled::LeaseLost
    ));
}

#[tokio::test]
async fn who_lost_the_lease_does_not_fail_the_release() {
    let mut world = World::following(crate::testing::rocket());
    let mut finds = 0;
    world.releases.expect_find().returning(move |_| {
        finds += 1;
        if finds == 1 {
            Err(unavailable())
        } else {
            Ok(Some(release()))
        }
    });
    let lost = || Err(StoreError::LeaseLost);
    world.jobs.expect_extend().returning(move |_, _, _| lost());
    world.jobs.expect_bury().returning(move |_, _, _| lost());
    world.releases.expect_update().never();
    assert!(matches!(
        world.integration().execute(job(3)).await,
        Settled::LeaseLost
    ));
}

#[tokio::test]
async fn a_job_that_broke_off_at_its_last_attempt_is_given_up_untried() {
    let mut world = World::connected();
    world.jobs.expect_extend().returning(|_, _, _| Ok(()));
    world
        .releases
        .expect_find()
        .times(1)
        .returning(|_| Ok(Some(release())));
    world
        .releases
        .expect_update()
        .times(1)
        .returning(|_| Ok(()));
    world
        .jobs
        .expect_bury()
        .times(1)
        .returning(|_, _, _| Ok(()));
    let Settled::Buried { failure } = world.integration().execute(job(4)).await else {
        panic!("not buried")
    };
    assert_eq!(
        (failure.code.as_str(), failure.message.as_str()),
        (
            "broke_off",
            "the job was begun 3 times and broke off the last time; the log may show why"
        )
    );
}

#[tokio::test]
async fn a_job_given_up_from_outside_fails_its_release_too() {
    let mut world = World::connected();
    world.jobs.expect_extend().returning(|_, _, _| Ok(()));
    world
        .releases
        .expect_find()
        .returning(|_| Ok(Some(release())));
    world
        .releases
        .expect_update()
        .times(1)
        .returning(|release| {
            assert_eq!(release.state, crate::ports::ReleaseState::Failed);
            Ok(())
        });
    world
        .jobs
        .expect_bury()
        .times(1)
        .returning(|_, _, _| Ok(()));
    let failure = Failure {
        code: "panicked".to_owned(),
        message: "it broke".to_owned(),
    };
    let Job { lease, work, .. } = job(1);
    let given_up = world.integration().give_up(lease, &work, &failure).await;
    assert!(given_up.is_ok(), "{given_up:?}");
}
