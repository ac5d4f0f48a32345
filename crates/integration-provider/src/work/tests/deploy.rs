//! Telling the tracker of a deploy.

use jiff::SignedDuration;

use crate::ports::{Capabilities, Capability, Deploy, Release, TrackerDeploy};
use crate::testing::{World, now, release, rocket};

fn world(can: &'static [Capability]) -> World {
    let mut world = World::following(rocket());
    world
        .releases
        .expect_find()
        .returning(|_| Ok(Some(Release { ..release() })));
    world.releases.expect_deploys().returning(|_| {
        let environment = "live".to_owned();
        Ok(vec![Deploy {
            environment,
            deployed_at: now(),
            number: 1,
        }])
    });
    world
        .tracker
        .expect_capabilities()
        .returning(|| Capabilities::of(can));
    world
}

#[tokio::test]
async fn a_deploy_is_told_with_its_time() {
    let mut world = world(&[Capability::Deploy]);
    world.tracker.expect_deploy().times(1).returning(|deploy| {
        let expected = TrackerDeploy {
            version: "rocket@1.4.0".to_owned(),
            environment: "live".to_owned(),
            deployed_at: now(),
            number: 1,
        };
        assert_eq!(*deploy, expected);
        Ok(())
    });
    let told = world
        .integration()
        .record_deploy(release().id, ("live", None))
        .await;
    assert_eq!(told.unwrap(), []);
}

#[tokio::test]
async fn each_deploy_is_told_with_its_own_time() {
    let mut world = World::following(rocket());
    world
        .releases
        .expect_find()
        .returning(|_| Ok(Some(release())));
    let deploy = |number: u32| Deploy {
        environment: "live".to_owned(),
        deployed_at: now() + SignedDuration::from_mins(i64::from(number)),
        number,
    };
    world
        .releases
        .expect_deploys()
        .returning(move |_| Ok(vec![deploy(1), deploy(2)]));
    world
        .tracker
        .expect_capabilities()
        .returning(|| Capabilities::of(&[Capability::Deploy]));
    world
        .tracker
        .expect_deploy()
        .times(1)
        .returning(move |told| {
            assert_eq!((told.deployed_at, told.number), (deploy(2).deployed_at, 2));
            Ok(())
        });
    let told = world
        .integration()
        .record_deploy(release().id, ("live", Some(2)))
        .await;
    assert_eq!(told.unwrap(), []);
}

#[tokio::test]
async fn a_tracker_without_deploys_is_not_asked_and_an_unknown_deploy_is_gone() {
    let told = world(&[])
        .integration()
        .record_deploy(release().id, ("live", None))
        .await;
    assert_eq!(told.unwrap(), []);
    let world = world(&[Capability::Deploy]);
    let gone = world
        .integration()
        .record_deploy(release().id, ("test", None))
        .await;
    assert_eq!(gone.unwrap_err().code(), "gone");
}
