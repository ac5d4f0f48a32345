//! What is kept of a workspace that somebody connects.

use serde_json::json;

use super::*;
use crate::testing::{World, access_token, failing, installation};

fn request(tracker: Option<&str>) -> ConnectWorkspace {
    ConnectWorkspace {
        workspace: Workspace::parse("acme").unwrap(),
        credential: access_token(),
        tracker: tracker.map(|name| TrackerName::parse(name).unwrap()),
    }
}

fn shown(world: &mut World) {
    world.bitbucket.expect_workspace().returning(|_| {
        let shown = json!({"slug": "acme", "uuid": installation().workspace_uuid.as_str(), "name": "Acme", "is_private": true});
        Ok(serde_json::from_value(shown).unwrap())
    });
}

#[tokio::test]
async fn a_credential_that_bitbucket_takes_is_kept() {
    let mut world = World::default();
    shown(&mut world);
    world
        .installations
        .expect_by_workspace()
        .returning(|_| Ok(None));
    world
        .installations
        .expect_save()
        .times(1)
        .returning(|installation, _| {
            assert_eq!(
                (installation.kind.clone(), installation.tracker.as_str()),
                (InstallationKind::AccessToken, "sentry")
            );
            Ok(())
        });
    let connected = world
        .integration()
        .connect_workspace(request(None))
        .await
        .unwrap();
    assert_eq!(connected.workspace.as_str(), "acme");
    assert_eq!(connected.state, InstallationState::Active);
}

#[tokio::test]
async fn a_workspace_that_is_connected_again_keeps_its_identity() {
    let mut world = World::default();
    shown(&mut world);
    world.installations.expect_by_workspace().returning(|_| {
        Ok(Some(Installation {
            state: InstallationState::Disabled,
            ..installation()
        }))
    });
    world
        .installations
        .expect_save()
        .times(1)
        .returning(|_, _| Ok(()));
    let connected = world
        .integration()
        .connect_workspace(request(Some("sentry")))
        .await
        .unwrap();
    assert_eq!(
        (connected.id, connected.state),
        (installation().id, InstallationState::Active)
    );
}

#[tokio::test]
async fn a_credential_that_bitbucket_refuses_is_not_kept() {
    let mut world = World::default();
    world
        .bitbucket
        .expect_workspace()
        .returning(|_| Err(failing(401)));
    let error = world
        .integration()
        .connect_workspace(request(None))
        .await
        .unwrap_err();
    assert!(
        matches!(error, ConnectWorkspaceError::Bitbucket { ref error, .. } if error.status() == Some(401)),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_unknown_tracker_is_refused_with_the_known_ones() {
    let error = World::default()
        .integration()
        .connect_workspace(request(Some("other")))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "unknown_tracker");
    assert_eq!(
        error.to_string(),
        "no tracker is named `other`; configured are: sentry"
    );
}
