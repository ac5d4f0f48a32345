//! What a lifecycle call changes, and what a forged one does not.

use std::sync::{Arc, Mutex};

use bitbucket_http_client::WorkspaceDetails;
use bitbucket_jwt_auth::replay::ReplayGuardError;
use bitbucket_jwt_auth::{MockReplayGuard, RequestSigner, SharedSecret, UnixTime};
use bytes::Bytes;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::*;
use crate::ports::{
    ConnectTenant, Installation, InstallationKind, InstallationState, RepositoryState, TenantState,
    Work,
};
use crate::testing::{World, failing, installation, now, rocket};

const CLIENT_KEY: &str = "connection:123";
const OLD: &str = "the-old-secret";
const NEW: &str = "a-new-secret";

fn tenant(state: TenantState) -> ConnectTenant {
    ConnectTenant {
        client_key: CLIENT_KEY.to_owned(),
        app_key: "hooks.example.com.bitbucket".to_owned(),
        workspace: installation().workspace,
        workspace_uuid: installation().workspace_uuid,
        state,
        installed_at: now(),
    }
}

/// A service that is an app and knows this tenant, if any, under its old secret.
fn app(first_install: FirstInstall, known: Option<TenantState>) -> World {
    let mut world = World {
        connect: Some(ConnectSettings {
            app: ConnectApp::new("https://hooks.example.com", None).unwrap(),
            first_install,
            app_secret: Some(SharedSecret::new("app-secret".to_owned())),
            api_url: "https://api.bitbucket.org".to_owned(),
        }),
        ..World::default()
    };
    world
        .tenants
        .expect_tenant()
        .returning(move |key| Ok(known.filter(|_| key == CLIENT_KEY).map(tenant)));
    world
        .tenants
        .expect_tenant_secret()
        .returning(|_| Ok(Some(SecretString::from(OLD))));
    world
}

/// Bitbucket shows the workspace to the received secret.
fn proven(world: &mut World) {
    let shown = || WorkspaceDetails::new(installation().workspace_uuid, installation().workspace);
    world
        .bitbucket
        .expect_workspace()
        .returning(move |_| Ok(shown()));
    world
        .bitbucket
        .expect_workspace_hooks()
        .times(1)
        .returning(|_| Ok(vec![]));
}

/// The saved tenants with their secrets.
fn saved(world: &mut World) -> Arc<Mutex<Vec<(TenantState, String)>>> {
    let saved = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&saved);
    world
        .tenants
        .expect_save_tenant()
        .returning(move |tenant, secret| {
            let entry = (tenant.state, secret.expose_secret().to_owned());
            log.lock().unwrap().push(entry);
            Ok(())
        });
    saved
}

fn body(secret: &str) -> Value {
    json!({
        "key": "hooks.example.com.bitbucket", "clientKey": CLIENT_KEY, "publicKey": "p", "sharedSecret": secret,
        "baseUrl": "https://bitbucket.org", "baseApiUrl": "https://api.bitbucket.org", "eventType": "installed",
        "principal": {"type": "team", "username": "acme", "uuid": installation().workspace_uuid.as_str()}
    })
}

fn request(path: &str, body: &Value, signed_with: Option<&str>) -> LifecycleRequest {
    let token = signed_with.map(|secret| {
        let secret = SharedSecret::new(secret.to_owned());
        let signer = RequestSigner::new(CLIENT_KEY, CLIENT_KEY, secret);
        let now = UnixTime::from_seconds(now().as_second());
        signer.sign("POST", path, None, now).unwrap().header_value()
    });
    LifecycleRequest {
        path: path.to_owned(),
        query: None,
        authorization: token,
        body: Bytes::from(body.to_string()),
    }
}

fn installed(body: &Value, signed_with: Option<&str>) -> LifecycleRequest {
    request(INSTALLED_PATH, body, signed_with)
}

fn open() -> FirstInstall {
    FirstInstall::OpenUntil(UnixTime::from_seconds(now().as_second() + 60))
}

fn untrusted(refused: &RefusedLifecycle) -> &'static str {
    match refused {
        RefusedLifecycle::Untrusted { reason } => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_first_install_is_kept_once_its_secret_opened_the_workspace() {
    let mut world = app(open(), None);
    proven(&mut world);
    let saved = saved(&mut world);
    world
        .installations
        .expect_by_workspace()
        .returning(|_| Ok(None));
    let kept = world
        .integration()
        .installed(&installed(&body(NEW), None))
        .await
        .unwrap();
    assert_eq!(
        kept,
        Installed::Kept {
            tenant: Box::new(tenant(TenantState::Installed)),
            relinked: None
        }
    );
    assert_eq!(
        *saved.lock().unwrap(),
        [(TenantState::Installed, NEW.to_owned())]
    );
}

#[tokio::test]
async fn a_secret_that_bitbucket_does_not_take_is_not_kept() {
    let mut world = app(open(), None);
    world
        .bitbucket
        .expect_workspace()
        .returning(|_| Err(failing(401)));
    let call = installed(&body(NEW), None);
    let refused = world.integration().installed(&call).await;
    assert!(matches!(
        refused,
        Err(RefusedLifecycle::Unproven(error)) if error.status() == Some(401)
    ));
}

#[tokio::test]
async fn nobody_replaces_the_secret_of_a_known_tenant_but_the_tenant() {
    for (signed_with, reason) in [
        (None, "install_unsigned"),
        (Some("a-strangers-secret"), "install_wrong_signer"),
        (Some("app-secret"), "install_wrong_signer"),
    ] {
        for first in [open(), FirstInstall::SignedByApp] {
            let integration = app(first, Some(TenantState::Installed)).integration();
            let call = installed(&body(NEW), signed_with);
            let forged = integration.installed(&call).await;
            assert_eq!(untrusted(&forged.unwrap_err()), reason);
        }
    }
}

#[tokio::test]
async fn an_install_that_carries_a_tenant_elsewhere_is_refused_whoever_signs() {
    let changed = |field: &str, value: Value| {
        let mut body = body(NEW);
        body[field] = value;
        body
    };
    let api = changed(
        "baseApiUrl",
        "https://api.bitbucket.org.evil.example".into(),
    );
    let key = changed("key", "another.app".into());
    let uuid = "{99999999-9999-4999-8999-999999999999}";
    let home = changed("principal", json!({"username": "acme", "uuid": uuid}));
    let refusal = async |body: Value| {
        let integration = app(open(), Some(TenantState::Installed)).integration();
        let refused = integration.installed(&installed(&body, Some(OLD))).await;
        refused.unwrap_err().code()
    };
    assert_eq!(refusal(api).await, "foreign_api");
    assert_eq!(refusal(key).await, "other_app");
    assert_eq!(refusal(home).await, "lifecycle_untrusted");
}

#[tokio::test]
async fn a_repetition_brings_nothing_new() {
    let integration = app(FirstInstall::Closed, Some(TenantState::Installed)).integration();
    let again = integration.installed(&installed(&body(OLD), None)).await;
    assert_eq!(again.unwrap(), Installed::Known);
}

#[tokio::test]
async fn a_recorded_call_is_refused_when_it_comes_again() {
    let mut world = app(FirstInstall::Closed, Some(TenantState::Installed));
    proven(&mut world);
    saved(&mut world);
    world
        .installations
        .expect_by_workspace()
        .returning(|_| Ok(None));
    let integration = world.integration();
    let call = installed(&body(NEW), Some(OLD));
    integration.installed(&call).await.unwrap();
    let again = integration.installed(&call).await.unwrap_err();
    assert_eq!(untrusted(&again), "token_replayed");
}

#[tokio::test]
async fn a_call_that_may_have_come_before_is_not_blamed_on_its_sender() {
    let mut world = app(FirstInstall::Closed, Some(TenantState::Installed));
    let mut replay = MockReplayGuard::new();
    replay
        .expect_is_new()
        .returning(|_, _, _| Err(ReplayGuardError::Unavailable));
    world.replay = Some(replay);
    let call = installed(&body(NEW), Some(OLD));
    let refused = world.integration().installed(&call).await.unwrap_err();
    assert!(matches!(
        refused,
        RefusedLifecycle::Unsure(ReplayGuardError::Unavailable)
    ));
    assert_eq!(refused.code(), "replay_guard_unavailable");
}

#[tokio::test]
async fn installing_again_revives_what_was_linked_with_all_repositories() {
    let mut world = app(FirstInstall::SignedByApp, None);
    proven(&mut world);
    saved(&mut world);
    let linked = || Installation {
        kind: InstallationKind::Connect {
            client_key: "connection:old".to_owned(),
        },
        state: InstallationState::Disabled,
        ..installation()
    };
    world
        .installations
        .expect_by_workspace()
        .returning(move |_| Ok(Some(linked())));
    world
        .installations
        .expect_list()
        .returning(move || Ok(vec![linked()]));
    world
        .installations
        .expect_save()
        .times(1)
        .returning(|installation, _| {
            let client_key = CLIENT_KEY.to_owned();
            assert_eq!(installation.kind, InstallationKind::Connect { client_key });
            assert_eq!(installation.state, InstallationState::Active);
            Ok(())
        });
    world
        .repositories
        .expect_list()
        .returning(|_| Ok(vec![rocket()]));
    world.jobs.expect_enqueue().times(1).returning(|jobs| {
        let [job] = jobs else { panic!("{jobs:?}") };
        assert_eq!(
            job.work,
            Work::CheckRepository {
                repository: rocket().id,
                installation: installation().id,
                round: now().as_second(),
                rotate: false
            }
        );
        Ok(1)
    });
    let call = installed(&body(NEW), Some("app-secret"));
    let Installed::Kept { relinked, .. } = world.integration().installed(&call).await.unwrap()
    else {
        panic!("nothing was kept")
    };
    assert_eq!(relinked.map(|one| one.id), Some(installation().id));
}

#[tokio::test]
async fn removing_the_app_disables_its_installation_and_keeps_the_secret_for_the_next_install() {
    let mut world = app(FirstInstall::Closed, Some(TenantState::Installed));
    let saved = saved(&mut world);
    world
        .installations
        .expect_by_client_key()
        .returning(|_| Ok(Some(installation())));
    world
        .installations
        .expect_disconnect()
        .times(1)
        .returning(|_| Ok(true));
    world
        .repositories
        .expect_list()
        .returning(|_| Ok(vec![rocket()]));
    world
        .repositories
        .expect_update()
        .times(1)
        .returning(|repository| {
            assert_eq!(repository.state, RepositoryState::Disabled);
            Ok(())
        });
    let integration = world.integration();
    let call = |signed_with| {
        let body = json!({"clientKey": CLIENT_KEY, "eventType": "uninstalled"});
        request(UNINSTALLED_PATH, &body, signed_with)
    };
    for stranger in [None, Some("app-secret"), Some("x")] {
        let refused = integration.uninstalled(&call(stranger)).await.unwrap_err();
        assert_eq!(refused.code(), "lifecycle_untrusted");
    }
    assert!(integration.uninstalled(&call(Some(OLD))).await.unwrap());
    assert_eq!(
        *saved.lock().unwrap(),
        [(TenantState::Uninstalled, OLD.to_owned())]
    );
}

#[tokio::test]
async fn a_service_that_is_no_app_says_so() {
    let refused = World::default()
        .integration()
        .installed(&installed(&body(NEW), None))
        .await;
    assert!(matches!(refused, Err(RefusedLifecycle::Off)));
}
