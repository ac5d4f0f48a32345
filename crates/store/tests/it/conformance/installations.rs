//! Installations and their credentials.

use bitbucket_integration_provider::ports::{
    Installation, InstallationKind, InstallationState, StoredCredential, TrackerName,
};
use secrecy::{ExposeSecret as _, SecretString};

use super::Ports;
use super::fixtures::{assert_conflict, at, credential, installation, installation_id};

fn connect(n: u128, client_key: &str) -> Installation {
    Installation {
        kind: InstallationKind::Connect {
            client_key: client_key.into(),
        },
        ..installation(n)
    }
}

/// All of a credential, for comparing.
fn shown(credential: &StoredCredential) -> [String; 3] {
    let secret = |secret: &SecretString| secret.expose_secret().to_owned();
    match credential {
        StoredCredential::AccessToken { token } => ["access".into(), String::new(), secret(token)],
        StoredCredential::ApiToken { email, token } => ["api".into(), email.clone(), secret(token)],
        StoredCredential::OAuth {
            consumer_key,
            consumer_secret,
            grant,
        } => [
            "oauth".into(),
            format!("{consumer_key} {}", grant.expires_at),
            format!(
                "{} {} {}",
                secret(consumer_secret),
                secret(&grant.access_token),
                grant.refresh_token.as_ref().map(secret).unwrap_or_default()
            ),
        ],
        StoredCredential::ClientCredentials {
            consumer_key,
            consumer_secret,
        } => ["own".into(), consumer_key.clone(), secret(consumer_secret)],
        StoredCredential::Connect {
            app_key,
            client_key,
            shared_secret,
        } => [
            "connect".into(),
            format!("{app_key} {client_key}"),
            secret(shared_secret),
        ],
    }
}

pub(crate) async fn an_installation_is_found_by_id_workspace_and_client_key(store: Ports<'_>) {
    let (plain, connect) = (installation(1), connect(2, "client-2"));
    store
        .installations
        .save(&plain, &credential("a"))
        .await
        .unwrap();
    store
        .installations
        .save(&connect, &credential("b"))
        .await
        .unwrap();

    assert_eq!(
        store.installations.find(plain.id).await.unwrap(),
        Some(plain.clone())
    );
    assert_eq!(
        store
            .installations
            .by_workspace(&plain.workspace_uuid)
            .await
            .unwrap(),
        Some(plain)
    );
    assert_eq!(
        store.installations.by_client_key("client-2").await.unwrap(),
        Some(connect)
    );
}

pub(crate) async fn credentials_of_every_kind_come_back(store: Ports<'_>) {
    let credentials = [
        StoredCredential::AccessToken {
            token: "tökén \"1\"".into(),
        },
        StoredCredential::ApiToken {
            email: "ada@example.com".into(),
            token: "token-2".into(),
        },
        StoredCredential::Connect {
            app_key: "app".into(),
            client_key: "client".into(),
            shared_secret: "shared".into(),
        },
    ];
    for (n, credential) in (1..).zip(&credentials) {
        store
            .installations
            .save(&installation(n), credential)
            .await
            .unwrap();
        let stored = store
            .installations
            .credential(installation_id(n))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(shown(&stored), shown(credential));
    }
}

pub(crate) async fn saving_again_replaces_installation_and_credential(store: Ports<'_>) {
    store
        .installations
        .save(&installation(1), &credential("old"))
        .await
        .unwrap();
    let replaced = Installation {
        workspace_uuid: installation(7).workspace_uuid,
        workspace: installation(7).workspace,
        tracker: TrackerName::parse("glitchtip").unwrap(),
        state: InstallationState::Disabled,
        created_at: at(5),
        ..connect(1, "client")
    };
    store
        .installations
        .save(&replaced, &credential("new"))
        .await
        .unwrap();

    assert_eq!(store.installations.list().await.unwrap(), [replaced]);
    let stored = store
        .installations
        .credential(installation_id(1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(shown(&stored), shown(&credential("new")));
    assert_eq!(
        store
            .installations
            .by_workspace(&installation(1).workspace_uuid)
            .await
            .unwrap(),
        None
    );
}

pub(crate) async fn a_second_installation_of_a_workspace_is_a_conflict(store: Ports<'_>) {
    store
        .installations
        .save(&installation(1), &credential("a"))
        .await
        .unwrap();
    let second = Installation {
        workspace_uuid: installation(1).workspace_uuid,
        ..installation(2)
    };
    assert_conflict(store.installations.save(&second, &credential("b")).await);
    assert_eq!(store.installations.list().await.unwrap(), [installation(1)]);
}

pub(crate) async fn a_second_installation_with_a_client_key_is_a_conflict(store: Ports<'_>) {
    store
        .installations
        .save(&connect(1, "client"), &credential("a"))
        .await
        .unwrap();
    assert_conflict(
        store
            .installations
            .save(&connect(2, "client"), &credential("b"))
            .await,
    );
    assert_eq!(
        store.installations.list().await.unwrap(),
        [connect(1, "client")]
    );
}

pub(crate) async fn installations_are_listed_oldest_first(store: Ports<'_>) {
    let of = |n, second| Installation {
        created_at: at(second),
        ..installation(n)
    };
    for installation in [of(1, 20), of(2, 10), of(3, 30)] {
        store
            .installations
            .save(&installation, &credential("a"))
            .await
            .unwrap();
    }
    assert_eq!(
        store.installations.list().await.unwrap(),
        [of(2, 10), of(1, 20), of(3, 30)]
    );
}

pub(crate) async fn what_is_not_there_is_none(store: Ports<'_>) {
    store
        .installations
        .save(&installation(1), &credential("a"))
        .await
        .unwrap();
    assert_eq!(
        store.installations.find(installation_id(2)).await.unwrap(),
        None
    );
    assert_eq!(
        store
            .installations
            .by_workspace(&installation(2).workspace_uuid)
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        store.installations.by_client_key("client").await.unwrap(),
        None
    );
    assert!(
        store
            .installations
            .credential(installation_id(2))
            .await
            .unwrap()
            .is_none()
    );
}

pub(crate) async fn a_disconnected_installation_is_disabled_and_has_no_credential(
    store: Ports<'_>,
) {
    let installation = installation(1);
    let installations = store.installations;
    installations
        .save(&installation, &credential("a"))
        .await
        .unwrap();
    assert!(installations.disconnect(installation.id).await.unwrap());
    assert!(!installations.disconnect(installation.id).await.unwrap());
    let found = installations.find(installation.id).await.unwrap().unwrap();
    assert_eq!(found.state, InstallationState::Disabled);
    let credential_now = installations.credential(installation.id).await.unwrap();
    assert!(credential_now.is_none());
    installations
        .save(&installation, &credential("b"))
        .await
        .unwrap();
    let again = installations.credential(installation.id).await.unwrap();
    assert_eq!(shown(&again.unwrap()), shown(&credential("b")));
}

pub(crate) async fn a_credential_is_replaced_if_it_is_still_the_one(store: Ports<'_>) {
    let installation = installation(1);
    let (id, installations) = (installation.id, store.installations);
    let replace = async |old: &str, new: &str| {
        installations
            .replace_credential(id, &credential(old), &credential(new))
            .await
            .unwrap()
    };
    assert!(!replace("a", "b").await, "there is none");
    installations
        .save(&installation, &credential("a"))
        .await
        .unwrap();
    assert!(replace("a", "b").await);
    assert!(!replace("a", "c").await, "it is another one by now");
    let kept = installations.credential(id).await.unwrap().unwrap();
    assert_eq!(shown(&kept), shown(&credential("b")));
    installations.disconnect(id).await.unwrap();
    assert!(!replace("b", "c").await, "it was forgotten");
    assert!(installations.credential(id).await.unwrap().is_none());
}
