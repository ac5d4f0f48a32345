//! A token is accepted once.

use super::{MemoryReplayGuard, ReplayError, ReplayGuardError, accept_once};
use crate::{RequestSigner, SharedSecret, UnixTime, VerifiedToken, verify};

const NOW: UnixTime = UnixTime::from_seconds(1_672_534_861);

fn token(issued: UnixTime) -> VerifiedToken {
    let secret = SharedSecret::new("a-big-secret".to_owned());
    let signer = RequestSigner::new("client", "client", secret.clone());
    let token = signer.sign("POST", "/uninstalled", None, issued).unwrap();
    verify(
        token.as_str(),
        &[secret],
        "POST",
        "/uninstalled",
        None,
        issued,
    )
    .unwrap()
}

#[tokio::test]
async fn the_second_use_is_refused() {
    let guard = MemoryReplayGuard::new(10);
    let (one, other) = (token(NOW), token(NOW.plus_seconds(1)));
    assert_eq!(accept_once(&guard, &one, NOW).await, Ok(()));
    assert_eq!(
        accept_once(&guard, &one, NOW).await,
        Err(ReplayError::Replayed)
    );
    assert_eq!(accept_once(&guard, &other, NOW).await, Ok(()));
}

#[tokio::test]
async fn a_full_memory_refuses_until_tokens_expire() {
    let guard = MemoryReplayGuard::new(1);
    assert_eq!(accept_once(&guard, &token(NOW), NOW).await, Ok(()));
    let soon = NOW.plus_seconds(239);
    let full = Err(ReplayError::Guard(ReplayGuardError::Full));
    assert_eq!(accept_once(&guard, &token(soon), soon).await, full);
    let later = NOW.plus_seconds(240);
    assert_eq!(accept_once(&guard, &token(later), later).await, Ok(()));
}

#[test]
fn fingerprints_are_stable_and_show_no_signature() {
    assert_eq!(token(NOW).fingerprint(), token(NOW).fingerprint());
    assert_ne!(
        token(NOW).fingerprint(),
        token(NOW.plus_seconds(1)).fingerprint()
    );
    assert_eq!(token(NOW).fingerprint().to_string().len(), 64);
}
