//! What is kept of a workspace that somebody connects.

use bitbucket_http_client::Listing;
use serde_json::json;

use super::*;
use crate::testing::{World, access_token, failing, installation};

fn request(tracker: Option<&str>) -> ConnectWorkspace {
    ConnectWorkspace {
        workspace: Workspace::parse("acme").unwrap(),
        access: Access::Credential(access_token()),
        tracker: tracker.map(|name| TrackerName::parse(name).unwrap()),
    }
}

/// Bitbucket shows the workspace, which has no repositories, and lets the credential do nothing else.
fn shown(world: &mut World) {
    world.bitbucket.expect_repositories().returning(|_, _, _| {
        Ok(Listing {
            values: vec![],
            complete: true,
            ..Listing::default()
        })
    });
    world
        .bitbucket
        .expect_current_user()
        .returning(|| Err(failing(403)));
    world.installations.expect_list().returning(|| Ok(vec![]));
    world.bitbucket.expect_workspace().returning(|_| {
        let shown = json!({"slug": "acme", "uuid": installation().workspace_uuid.as_str(), "name": "Acme", "is_private": true});
        Ok(serde_json::from_value(shown).unwrap())
    });
}

/// A world whose workspace was never connected before and opens to what is tried.
pub(super) fn opens_acme(world: &mut World) {
    shown(world);
    world
        .installations
        .expect_by_workspace()
        .returning(|_| Ok(None));
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
    assert!(connected.created);
    let installation = connected.installation;
    assert_eq!(installation.workspace.as_str(), "acme");
    assert_eq!(installation.state, InstallationState::Active);
    let granted: Vec<_> = connected
        .access
        .iter()
        .map(|finding| (finding.scope, finding.granted))
        .collect();
    let expected = [
        ("repository", Granted::Yes),
        ("webhook", Granted::Unknown),
        ("pullrequest", Granted::Unknown),
        ("account", Granted::No),
    ];
    assert_eq!(granted, expected);
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
        (
            connected.created,
            connected.installation.id,
            connected.installation.state
        ),
        (false, installation().id, InstallationState::Active)
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
