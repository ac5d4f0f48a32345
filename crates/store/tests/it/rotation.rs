//! A new key for what is sealed already, on each engine.

use bitbucket_integration_provider::ports::{
    ConnectTenant, ConnectTenants, Installations, PendingGrant, PendingGrants, StateDigest,
    StoredCredential, TenantState, TrackedRepositories,
};
use bitbucket_store::{OpenError, SecretKey, SecretKeys, Store};
use bitbucket_test_postgres::Database;
use secrecy::{ExposeSecret as _, SecretString};

use crate::conformance::fixtures::{
    at, credential, installation, installation_id, repository, repository_id,
};

fn key(byte: u8) -> SecretKey {
    SecretKey::generate([byte; 32])
}

fn both(current: u8, previous: u8) -> SecretKeys {
    SecretKeys::new(key(current)).and_previous(key(previous))
}

fn tenant() -> ConnectTenant {
    ConnectTenant {
        client_key: "client".to_owned(),
        app_key: "app".to_owned(),
        workspace: "acme".parse().unwrap(),
        workspace_uuid: installation(9).workspace_uuid,
        state: TenantState::Installed,
        installed_at: at(0),
    }
}

/// Stores a value of every sealed column.
async fn fill(store: &Store, n: u128) {
    let (one, token) = (installation(n), credential("plain-token"));
    store.save(&one, &token).await.unwrap();
    let followed = repository(n, installation_id(n));
    let secret = SecretString::from("plain-hook-secret");
    store.add(&followed, &secret).await.unwrap();
    let secret = SecretString::from("plain-tenant-secret");
    store.save_tenant(&tenant(), &secret).await.unwrap();
    let pending = PendingGrant {
        tracker: "sentry".parse().unwrap(),
        workspace: None,
        verifier: SecretString::from("plain-verifier"),
        expires_at: at(1000),
    };
    let state = StateDigest([u8::try_from(n).unwrap(); 32]);
    store.put_pending(state, &pending, at(0)).await.unwrap();
}

/// The access token of an installation.
async fn token(store: &Store, n: u128) -> Option<String> {
    match store.credential(installation_id(n)).await.unwrap() {
        Some(StoredCredential::AccessToken { token }) => Some(token.expose_secret().to_owned()),
        _ => None,
    }
}

/// Reads what [`fill`] stored.
async fn assert_opens(store: &Store, n: u128) {
    assert_eq!(token(store, n).await.as_deref(), Some("plain-token"));
    let secrets = store.hook_secrets(repository_id(n)).await.unwrap();
    assert_eq!(secrets[0].expose_secret(), "plain-hook-secret");
    let secret = store.tenant_secret("client").await.unwrap().unwrap();
    assert_eq!(secret.expose_secret(), "plain-tenant-secret");
}

#[track_caller]
fn assert_wrong_key(outcome: Result<Store, OpenError>) {
    let error = outcome.err();
    assert!(
        matches!(error, Some(OpenError::WrongKey { .. })),
        "{error:?}"
    );
}

/// From key 7 to key 8, with the store open all the time.
async fn case(open: impl AsyncFn(SecretKeys) -> Result<Store, OpenError>) {
    let old = open(key(7).into()).await.unwrap();
    fill(&old, 1).await;
    old.close().await;

    assert_wrong_key(open(key(8).into()).await);
    let store = open(both(8, 7)).await.unwrap();
    assert_opens(&store, 1).await;
    fill(&store, 2).await;
    // A start with the old key alone would not open what is sealed now.
    assert_wrong_key(open(key(7).into()).await);

    // Installation, hook secret and verifier of the first; the tenant was saved again with the new key.
    assert_eq!(store.rotate().await.unwrap(), 3);
    assert_opens(&store, 1).await;
    assert_opens(&store, 2).await;
    assert_eq!(store.rotate().await.unwrap(), 0, "nothing is left");
    let pending = store.take_pending(StateDigest([1; 32])).await.unwrap();
    assert_eq!(pending.unwrap().verifier.expose_secret(), "plain-verifier");
    store.close().await;

    assert_wrong_key(open(key(7).into()).await);
    let store = open(key(8).into()).await.unwrap();
    assert_opens(&store, 1).await;
    assert_opens(&store, 2).await;
    store.close().await;
}

#[tokio::test]
async fn a_new_key_takes_over_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.sqlite3");
    case(async |keys| Store::open_sqlite(&file, keys).await).await;
}

#[tokio::test]
async fn a_new_key_takes_over_in_postgres() {
    let database = Database::create_for_test().unwrap();
    let options = bitbucket_store::PostgresOptions::parse(&database.url()).unwrap();
    case(async |keys| Store::open_postgres(&options, keys).await).await;
}

#[tokio::test]
async fn many_values_are_sealed_anew_while_others_change_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.sqlite3");
    let store = Store::open_sqlite(&file, key(7)).await.unwrap();
    for n in 1..=250 {
        store
            .save(&installation(n), &credential("before"))
            .await
            .unwrap();
    }
    store.close().await;
    let store = Store::open_sqlite(&file, both(8, 7)).await.unwrap();
    let changes = async {
        for n in (1..=250).rev().step_by(3) {
            store
                .save(&installation(n), &credential("after"))
                .await
                .unwrap();
        }
    };
    let (rotated, ()) = tokio::join!(store.rotate(), changes);
    assert!(rotated.unwrap() <= 250);
    store.close().await;
    let store = Store::open_sqlite(&file, key(8)).await.unwrap();
    for n in 1..=250 {
        let expected = if (250 - n) % 3 == 0 {
            "after"
        } else {
            "before"
        };
        assert_eq!(token(&store, n).await.as_deref(), Some(expected), "{n}");
    }
    store.close().await;
}
