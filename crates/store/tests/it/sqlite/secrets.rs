//! Secrets at rest: no clear text in any file, and a sealed value opens at its own place only.

use bitbucket_integration_provider::ports::{
    Installation, InstallationKind, Installations, StoreError, StoredCredential,
    TrackedRepositories,
};
use secrecy::{ExposeSecret, SecretString};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;

use super::{Fresh, file, fresh, open};
use crate::conformance::fixtures::{
    credential, installation, installation_id, repository, repository_id,
};

const SECRETS: [&str; 4] = [
    "plain-access-token",
    "plain-api-token",
    "plain-shared-secret",
    "plain-hook-secret",
];

async fn store_secrets(store: &Fresh) {
    let connect = Installation {
        kind: InstallationKind::Connect {
            client_key: "plain-client-key".into(),
        },
        ..installation(3)
    };
    let credentials = [
        (
            installation(1),
            StoredCredential::AccessToken {
                token: SECRETS[0].into(),
            },
        ),
        (
            installation(2),
            StoredCredential::ApiToken {
                email: "ada@example.com".into(),
                token: SECRETS[1].into(),
            },
        ),
        (
            connect,
            StoredCredential::Connect {
                app_key: "app".into(),
                client_key: "c".into(),
                shared_secret: SECRETS[2].into(),
            },
        ),
    ];
    for (installation, credential) in &credentials {
        store.save(installation, credential).await.unwrap();
    }
    store
        .add(
            &repository(1, installation_id(1)),
            &SecretString::from(SECRETS[3]),
        )
        .await
        .unwrap();
}

/// All bytes of all files of the store.
fn bytes(store: &Fresh) -> Vec<u8> {
    let entries = std::fs::read_dir(store.folder.path()).unwrap();
    entries
        .flat_map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn no_file_holds_a_secret_in_clear_text() {
    let store = fresh().await;
    store_secrets(&store).await;
    let while_open = bytes(&store);
    store.close().await;
    let after_closing = bytes(&store);
    for bytes in [while_open, after_closing] {
        // What is no secret is found, so the search works.
        assert!(holds(&bytes, "plain-client-key"));
        for secret in SECRETS {
            assert!(!holds(&bytes, secret), "{secret}");
        }
    }
}

#[tokio::test]
async fn secrets_open_after_a_restart_with_the_same_key() {
    let store = fresh().await;
    store_secrets(&store).await;
    store.close().await;
    let reopened = open(store.folder.path()).await;
    let secrets = reopened.hook_secrets(repository_id(1)).await.unwrap();
    assert_eq!(
        secrets
            .iter()
            .map(ExposeSecret::expose_secret)
            .collect::<Vec<_>>(),
        ["plain-hook-secret"]
    );
    let Some(StoredCredential::Connect { shared_secret, .. }) =
        reopened.credential(installation_id(3)).await.unwrap()
    else {
        panic!("no Connect credential")
    };
    assert_eq!(shared_secret.expose_secret(), "plain-shared-secret");
}

#[tokio::test]
async fn a_sealed_credential_that_was_moved_does_not_open() {
    let store = fresh().await;
    store
        .save(&installation(1), &credential("a"))
        .await
        .unwrap();
    store
        .save(&installation(2), &credential("b"))
        .await
        .unwrap();
    let mut connection = SqliteConnectOptions::new()
        .filename(file(store.folder.path()))
        .connect()
        .await
        .unwrap();
    let swap = "UPDATE installations SET credential = (SELECT credential FROM installations AS other WHERE other.id <> installations.id)";
    sqlx::query(swap).execute(&mut connection).await.unwrap();

    let refused = store.credential(installation_id(1)).await;
    let Err(StoreError::Unreadable { what }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(what, "installations.credential: damaged");
    assert_eq!(
        Installations::find(&*store, installation_id(1))
            .await
            .unwrap(),
        Some(installation(1))
    );
}

#[test]
fn debug_of_the_store_shows_no_key() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let store = fresh().await;
        let shown = format!("{:?}", store.store);
        assert!(
            !shown.contains("07, 07") && !shown.contains("7, 7") && !shown.contains("0707"),
            "{shown}"
        );
    });
}
