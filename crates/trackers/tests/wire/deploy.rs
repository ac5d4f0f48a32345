//! Telling Sentry where a release was deployed.

use bitbucket_integration_provider::ports::{IssueTracker as _, TrackerDeploy, TrackerError};
use serde_json::{Value, json as object};

use crate::{World, json};

const ADDRESS: &str = "/api/0/organizations/acme/releases/rocket%401.4.0/deploys/";

fn deploy() -> TrackerDeploy {
    TrackerDeploy {
        version: "rocket@1.4.0".to_owned(),
        environment: "live".to_owned(),
        deployed_at: "2026-03-01T12:00:00.123Z".parse().unwrap(),
        number: 1,
    }
}

async fn knowing(known: Value) -> World {
    let world = World::new().await;
    world.answers("GET", ADDRESS, json(200, known)).await;
    world
}

#[tokio::test]
async fn a_deploy_goes_out_with_environment_and_time() {
    let elsewhere = object!({"environment": "test", "dateFinished": "2026-03-01T12:00:00Z"});
    let earlier = object!({"environment": "live", "dateFinished": "2026-02-01T12:00:00Z"});
    let undated = object!({"environment": "live", "dateFinished": null});
    let world = knowing(object!([elsewhere, earlier, undated])).await;
    world.answers("POST", ADDRESS, json(201, object!({}))).await;
    world.tracker.deploy(&deploy()).await.unwrap();
    let requests = world.server.received_requests().await.unwrap();
    let sent: Value = serde_json::from_slice(&requests[1].body).unwrap();
    assert_eq!(
        sent,
        object!({"environment": "live", "dateFinished": "2026-03-01T12:00:00.123Z"})
    );
}

#[tokio::test]
async fn a_deploy_that_sentry_has_is_not_posted_again() {
    let known = object!([{"environment": "live", "dateFinished": "2026-03-01T12:00:00.1Z"}]);
    knowing(known)
        .await
        .tracker
        .deploy(&deploy())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_rollback_is_told_from_the_first_deploy_of_the_same_second() {
    let first =
        object!({"environment": "live", "name": null, "dateFinished": "2026-03-01T12:00:00Z"});
    let world = knowing(object!([first])).await;
    world.answers("POST", ADDRESS, json(201, object!({}))).await;
    let again = TrackerDeploy {
        number: 2,
        ..deploy()
    };
    world.tracker.deploy(&again).await.unwrap();
    let requests = world.server.received_requests().await.unwrap();
    let sent: Value = serde_json::from_slice(&requests[1].body).unwrap();
    assert_eq!(
        sent,
        object!({"environment": "live", "name": "deploy 2", "dateFinished": "2026-03-01T12:00:00.123Z"})
    );

    let known = object!({"environment": "live", "name": "deploy 2", "dateFinished": "2026-03-01T12:00:00Z"});
    let world = knowing(object!([known])).await;
    world.tracker.deploy(&again).await.unwrap();
    // Where deploys have no names, their second has to do.
    let nameless = object!({"environment": "live", "dateFinished": "2026-03-01T12:00:00Z"});
    let world = knowing(object!([nameless])).await;
    world.tracker.deploy(&again).await.unwrap();
}

#[tokio::test]
async fn a_release_that_sentry_does_not_know_is_said() {
    let world = World::new().await;
    world
        .answers("GET", ADDRESS, json(404, object!({"detail": "no"})))
        .await;
    let error = world.tracker.deploy(&deploy()).await.unwrap_err();
    assert_eq!(
        error,
        TrackerError::NotFound {
            what: "the release".to_owned()
        }
    );
}
