//! Consents that a person was asked for.

use bitbucket_integration_provider::ports::{PendingGrant, StateDigest, TrackerName};
use secrecy::{ExposeSecret as _, SecretString};

use super::Ports;
use super::fixtures::at;

fn pending(expires_at: i64) -> PendingGrant {
    PendingGrant {
        tracker: TrackerName::parse("sentry").unwrap(),
        workspace: Some("acme".to_owned()),
        verifier: SecretString::from("v"),
        expires_at: at(expires_at),
    }
}

pub(crate) async fn a_consent_is_taken_once(store: Ports<'_>) {
    let state = StateDigest([1; 32]);
    store
        .grants
        .put_pending(state, &pending(50), at(0))
        .await
        .unwrap();
    let other = store.grants.take_pending(StateDigest([2; 32])).await;
    assert!(other.unwrap().is_none());
    let (one, two) = tokio::join!(
        store.grants.take_pending(state),
        store.grants.take_pending(state)
    );
    let taken: Vec<PendingGrant> = [one, two].into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(taken.len(), 1);
    let taken = &taken[0];
    assert_eq!(taken.verifier.expose_secret(), "v");
    assert_eq!(
        (taken.workspace.as_deref(), taken.expires_at),
        (Some("acme"), at(50))
    );
}

pub(crate) async fn an_expired_consent_is_forgotten(store: Ports<'_>) {
    let (old, new) = (StateDigest([1; 32]), StateDigest([2; 32]));
    store
        .grants
        .put_pending(old, &pending(5), at(0))
        .await
        .unwrap();
    store
        .grants
        .put_pending(new, &pending(50), at(6))
        .await
        .unwrap();
    assert!(store.grants.take_pending(old).await.unwrap().is_none());
    assert!(store.grants.take_pending(new).await.unwrap().is_some());
}
