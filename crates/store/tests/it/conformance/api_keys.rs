//! Keys of the service's own API.

use bitbucket_integration_provider::ports::{ApiKeyDigest, ApiKeyRecord, ApiScope};

use super::Ports;
use super::fixtures::{api_key_id, assert_conflict, at};

fn key(n: u8) -> ApiKeyRecord {
    ApiKeyRecord {
        id: api_key_id(n.into()),
        name: format!("pipeline {n}"),
        scope: ApiScope::Write,
        created_at: at(n.into()),
        expires_at: Some(at(1000)),
        revoked_at: None,
    }
}

const fn digest(n: u8) -> ApiKeyDigest {
    ApiKeyDigest([n; 32])
}

pub(crate) async fn a_key_is_found_by_its_digest(store: Ports<'_>) {
    let endless = ApiKeyRecord {
        scope: ApiScope::Admin,
        expires_at: None,
        ..key(2)
    };
    store.api_keys.add(&key(1), &digest(1)).await.unwrap();
    store.api_keys.add(&endless, &digest(2)).await.unwrap();
    let found = store.api_keys.by_digest(&digest(1)).await.unwrap();
    assert_eq!(found, Some(key(1)));
    let found = store.api_keys.by_digest(&digest(2)).await.unwrap();
    assert_eq!(found, Some(endless));
    assert_eq!(store.api_keys.by_digest(&digest(3)).await.unwrap(), None);
}

pub(crate) async fn a_revoked_key_keeps_the_time_of_its_end(store: Ports<'_>) {
    store.api_keys.add(&key(1), &digest(1)).await.unwrap();
    let revoked = ApiKeyRecord {
        revoked_at: Some(at(5)),
        ..key(1)
    };
    for second in [5, 9] {
        let again = store
            .api_keys
            .revoke(api_key_id(1), at(second))
            .await
            .unwrap();
        assert_eq!(again.as_ref(), Some(&revoked));
    }
    let found = store.api_keys.by_digest(&digest(1)).await.unwrap();
    assert_eq!(found, Some(revoked));
    let unknown = store.api_keys.revoke(api_key_id(2), at(5)).await.unwrap();
    assert_eq!(unknown, None);
}

pub(crate) async fn keys_are_listed_oldest_first(store: Ports<'_>) {
    for n in [2, 1, 3] {
        store.api_keys.add(&key(n), &digest(n)).await.unwrap();
    }
    let listed = store.api_keys.list().await.unwrap();
    assert_eq!(listed, [key(1), key(2), key(3)]);
}

pub(crate) async fn a_second_key_with_the_same_digest_is_a_conflict(store: Ports<'_>) {
    store.api_keys.add(&key(1), &digest(1)).await.unwrap();
    assert_conflict(store.api_keys.add(&key(2), &digest(1)).await);
    assert_eq!(store.api_keys.list().await.unwrap(), [key(1)]);
}
