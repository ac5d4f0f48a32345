//! Tokens that are good for one call.

use bitbucket_jwt_auth::replay::TokenFingerprint;
use bitbucket_jwt_auth::{RequestSigner, SharedSecret, UnixTime, verify};

use super::Ports;
use super::fixtures::at;

/// A time in whole seconds after the cases begin, as tokens carry it.
fn when(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(at(seconds).as_second())
}

/// What a token is known by that was issued so many seconds after the cases begin.
pub(crate) fn fingerprint(issued: i64) -> TokenFingerprint {
    let secret = SharedSecret::new("a-big-secret".to_owned());
    let signer = RequestSigner::new("client", "client", secret.clone());
    let token = signer.sign("POST", "/installed", None, when(issued));
    let (token, secrets) = (token.unwrap(), [secret]);
    let (path, now) = ("/installed", when(issued));
    let verified = verify(token.as_str(), &secrets, "POST", path, None, now);
    verified.unwrap().fingerprint()
}

pub(crate) async fn a_token_is_new_once(store: Ports<'_>) {
    let (one, other) = (fingerprint(0), fingerprint(1));
    let guard = store.replay;
    let calls = (0..8).map(|_| guard.is_new(one, when(0), when(240)));
    let outcomes = futures_util::future::join_all(calls).await;
    let new = outcomes.iter().filter(|outcome| **outcome == Ok(true));
    let used = outcomes.iter().filter(|outcome| **outcome == Ok(false));
    assert_eq!((new.count(), used.count()), (1, 7), "{outcomes:?}");
    assert_eq!(guard.is_new(other, when(1), when(241)).await, Ok(true));
    assert_eq!(guard.is_new(one, when(239), when(240)).await, Ok(false));
}

pub(crate) async fn expired_tokens_are_forgotten_a_few_at_a_time(store: Ports<'_>) {
    for n in 1..=4 {
        let new = store.replay.is_new(fingerprint(n), when(n), when(n));
        assert_eq!(new.await, Ok(true));
    }
    // The third ends in the second in which `at(3)` lies, but before it.
    let retention = store.retention;
    assert_eq!(retention.forget_used_tokens(at(3), 2).await.unwrap(), 2);
    assert_eq!(retention.forget_used_tokens(at(3), 2).await.unwrap(), 1);
    assert_eq!(retention.forget_used_tokens(at(3), 2).await.unwrap(), 0);
    let is_new = |n| store.replay.is_new(fingerprint(n), when(9), when(9));
    assert_eq!(is_new(4).await, Ok(false));
    assert_eq!(is_new(1).await, Ok(true), "it was forgotten");
}
